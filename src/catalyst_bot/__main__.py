"""`catalyst-bot` and `python -m catalyst_bot` start here."""

from catalyst_bot.cli.main import main

if __name__ == "__main__":
    main()
