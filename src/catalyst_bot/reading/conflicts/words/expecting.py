"""The words that tell what becomes of an outlook, written as in `denying`."""

VERBS = """
up: accelerate, add, beat, boost, bring/brought up, bump, climb, crank up, double,
    exceed, expand, firm, gain, grow/grew/grown, guide above, guide higher, hike,
    improve, inch up, increase, lean into, lengthen, lift, mark up, nudge, nudge up,
    pencil/pencilled in more, push up, raise, ratchet up, revise higher, revise up,
    revise upward, rise/rose/risen, step up, strengthen, sweeten, swell, take/took up,
    top, tweak up, up, upgrade, upsize, widen
keep: achieve, affirm, back, confirm, defend, endorse, hit/hit, hold/held, keep/kept,
    leave/left, maintain, meet/met, pledge, reach, reaffirm, recommit, reiterate,
    repeat, retain, stand/stood by, stick to, stick with, stuck to, underline,
    underscore
down: brace, bring/brought down, bring/brought lower, caution, chop, clip, come/came
    down, come/came short, contracted, crimp, cut/cut, dash, decline, decrease, dent,
    deteriorate, dial back, disappoint, downgrade, drop, erode, fall/fell short,
    fall/fell/fallen, fear, flag lower, guide below, guide down, guide lower, haircut,
    halve, knock, lag, lower, lower the bar, mark down, miss, moderate, narrow, nudge
    down, pare, plunge, prune, pull back, ratchet down, rebase, reduce, rein in, reset,
    revise down, revise downward, revise lower, scale back, scale down, shave,
    shrink/shrank, sink/sank, slash, slide/slid, slip, soften, squeeze, stagnate, stall,
    take/took down, talk down, temper, tone down, top out, trim, tumble, undershoot,
    walk down, warn, water down, weaken, whittle, worsen
quit: abandon, ax, axe, back away, bin, cancel, defer, delay, discontinue, disown,
    ditch, drop, dump, forget, give/gave up, jettison, junk, postpone, pull, push back,
    push/push out, put/put off, rescind, retract, revoke, rip up, scrap, shelve, stop
    giving, stop providing, suspend, tear/tore up, walk back,
    withdraw/withdrew/withdrawn, withhold/withheld, yank
"""
PHRASES = """
up: above, better, bullish, confident, faster, growing, growth, higher, hopeful,
    increase, more than, optimistic, profitable, rising, robust, strong, stronger,
    upbeat, wider
keep: as planned, comfortable, firm, holds firm, in line, in place, intact, no change,
    on course, on pace, on schedule, on target, on track, stands, steady, still bullish,
    still expects, still on, still sees, unaltered, unchanged, well within
down: at best, at most, at or under, at risk, barely, below, braces, bracing, cautious,
    decline, declining, down, downbeat, drop, falling, fewer, flat, flat at, gloomy, in
    doubt, in the red, just, less than, light, loss, lower, narrower, nearer, no more
    than, pessimistic, profit warning, short, short of, shortfall, shrinking, slower,
    sluggish, smaller, soft, softer, thinner, under pressure, weak, weaker, worse, worse
    than
quit: beyond reach, can not hold, gone, impossible, later than, must wait, no guidance,
    no longer, not achieve, not anticipate, not attainable, not be achieved, not be met,
    not be reached, not break even, not expect, not give, not happen, not meet, not
    provide, not reach, not repeat, not see, off the table, out of reach, out the
    window, too ambitious, too early to, unachievable, unattainable, under review,
    unlikely, will not meet, withdrawn, without guidance
"""
