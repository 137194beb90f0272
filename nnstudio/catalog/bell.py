"""The area under the bell curve for whole NumPy arrays, without SciPy, so that explanations need no slow import."""

from __future__ import annotations

import numpy as np

from nnstudio.document import Array

# Cephes Math Library, ndtr.c (S. Moshier): erf(x) = x T(x^2) / U(x^2) for |x| < 1, erfc(x) = exp(-x^2) P(x) / Q(x) for
# 1 <= x < 8 and exp(-x^2) R(x) / S(x) beyond; highest power first.
T = (
    9.60497373987051638749e0,
    9.00260197203842689217e1,
    2.23200534594684319226e3,
    7.00332514112805075473e3,
    5.55923013010394962768e4,
)
U = (
    1.0,
    3.35617141647503099647e1,
    5.21357949780152679795e2,
    4.59432382970980127987e3,
    2.26290000613890934246e4,
    4.92673942608635921086e4,
)
P = (
    2.46196981473530512524e-10,
    5.64189564831068821977e-1,
    7.46321056442269912687e0,
    4.86371970985681366614e1,
    1.96520832956077098242e2,
    5.26445194995477358631e2,
    9.34528527171957607540e2,
    1.02755188689515710272e3,
    5.57535335369399327526e2,
)
Q = (
    1.0,
    1.32281951154744992508e1,
    8.67072140885989742329e1,
    3.54937778887819891062e2,
    9.75708501743205489753e2,
    1.82390916687909736289e3,
    2.24633760818710981792e3,
    1.65666309194161350182e3,
    5.57535340817727675546e2,
)
R = (
    5.64189583547755073984e-1,
    1.27536670759978104416e0,
    5.01905042251180477414e0,
    6.16021097993053585195e0,
    7.40974269950448939160e0,
    2.97886665372100240670e0,
)
S = (
    1.0,
    2.26052863220117276590e0,
    9.39603524938001434673e0,
    1.20489539808096656605e1,
    1.70814450747565897222e1,
    9.60896809063285878198e0,
    3.36907645100081516050e0,
)


def bell_areas(x: Array) -> Array:
    """Phi(x) = erfc(-x / sqrt 2) / 2 for each number, to 1e-15 relative where it is not tiny."""
    z = np.asarray(x, dtype=np.float64) * np.sqrt(0.5)
    size = np.abs(z)
    near = np.minimum(size, 1.0)
    middle = np.clip(size, 1.0, 8.0)
    far = np.clip(size, 8.0, 30.0)
    centre = z * np.polyval(T, near * near) / np.polyval(U, near * near)
    tail = np.where(
        size < 8.0,
        np.exp(-middle * middle) * np.polyval(P, middle) / np.polyval(Q, middle),
        np.exp(-far * far) * np.polyval(R, far) / np.polyval(S, far),
    )
    outside = np.where(z < 0.0, 0.5 * tail, 1.0 - 0.5 * tail)
    return np.asarray(np.where(size < 1.0, 0.5 + 0.5 * centre, outside))


def bell_heights(x: Array) -> Array:
    """The standard bell curve exp(-x^2 / 2) / sqrt(2 pi) itself."""
    x = np.asarray(x, dtype=np.float64)
    return np.asarray(np.exp(-0.5 * x * x) * 0.3989422804014327)
