"""Makes one document of the papers behind an address."""

from catalyst_bot.documents.model import Document
from catalyst_bot.documents.reading import join_documents, read_document
from catalyst_bot.errors import UnreadableDocument
from catalyst_bot.sources.papers import Papers


def document_of(found: Papers, *, id: str) -> Document:  # noqa: A002
    """Return the papers as one document, those left out that are no texts.

    Raises:
        UnreadableDocument: none of them is one.
    """
    documents, faults = [], []
    for paper in found.papers:
        try:
            document = read_document(
                paper.body, id=id, part=paper.name, charset=paper.charset
            )
        except UnreadableDocument as error:
            faults.append(error)
        else:
            documents.append(document)
    if not documents and faults:
        raise faults[0]
    return join_documents(id, documents)
