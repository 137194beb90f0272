"""What the int64 words mean that compiled code shares: rows of the table of instructions, facts, and the team's job."""

from __future__ import annotations

# Instructions: the first column of the table says what a row does; the others are its operands.
# Those before TARGETS can be cut into chunks of neurons.
PRODUCT, SLOPE_BY_TILES, SEND_BACK, ACTIVATE, PULL, BIAS_SLOPE, FLIP, GATHER, WIRE, LAYER = range(10)
# a product in halves, which are joined then; and whether slopes will be sound that are made from some blocks
HALVES, JOIN, BOUND = range(10, 13)
TARGETS, START, LOSE, SCORE, SLOPE_BY_DOTS, PENALIZE = range(13, 19)
COLUMNS = 13
UNITS, CHUNKS = 10, 11  # columns: how many neurons a shared instruction has, and into how many chunks it is cut
TOGETHER = 12  # and how many targets' weights lie together, in a product of weights

# Places of the int64 vector ``facts``: what does not change while a run goes on
(SIZE, OPTIMIZER, OPTIMIZER_SETTINGS, BATCH, SHUFFLE, SEED, FORWARD, ROWS, SUMS, SCRATCH, STRIDE, HELD) = range(12)
WIDE, WIDE_TARGETS, CLASSES, SPARE, SLEEP, UPDATE_CHUNKS, PORTION, EXECUTE, WEIGHED, APART = range(12, 22)
# where the places of the parameters that are held lie, in order, and their values; and how many ranges of the gradient
# shared instructions leave unchecked, and where these lie (0: whoever wants to know looks through all of it)
HELD_AT, HELD_VALUES, LOOSE, LOOSE_AT = range(22, 26)
# and the moment, as kernels of layers read it: what this is (EVALUATION, or bits of the others), the epoch, the seed,
# and which of the epoch's samples, in their order, is the batch's first
MODE, AT_EPOCH, DRAWN_FROM, AT_SAMPLE = range(26, 30)
# where the rows begin that can come last, whether weights may take their step as these slopes come up, and the number
# of that step while they do (else 0); and which of a thread's offsets is the address of its room, and where among
# these its queue of samples begins
LATE, AT_ONCE, NOW, ROOM_AT, QUEUE_AT, FACTS = range(30, 36)
EVALUATION, MEASURED, DRAWS = 0, 1, 2  # running statistics; those of the batch; neurons are dropped
# Places of the int64 vector ``job``, each word that is fought over on a cache line of its own: how many pieces are
# done, whether helpers shall end, the job, and then for each member of the team its ticket. AHEAD: the address of the
# places of the batch that comes next (0: none does), COMING: its samples; ALONE: until when to work alone, TIMES: how
# many times as long as the helper was waited for
LINE = 16
FINISHED, QUIT, TICKETS = 0, LINE, 3 * LINE
(WHAT, PARTS, COUNT, LANES, PLACES, STEP, ALONE, UNSOUND, UNSURE, MEMBERS, AHEAD, COMING, TIMES) = range(
    2 * LINE, 2 * LINE + 13
)
JOB = 4 * LINE  # for a member; LINE more for every other one
UPDATE, CHECK = -1, -2  # instead of an instruction's place: the optimizer's step, and a look at the gradient before it
