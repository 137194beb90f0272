"""The real data sets that are shipped, with what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnstudio.document import Scaling, Source, Task


@dataclass(frozen=True, slots=True)
class BundledSet:
    """One shipped set: ``key`` in sources, ``target`` its usual target, ``source`` who published it."""

    key: str
    label: str
    summary: str
    rows: int
    task: Task
    target: str
    source: str
    licence: str
    scaling: Scaling = "standard"

    @property
    def origin(self) -> Source:
        """The source that reads it."""
        return Source("bundled", self.key)


_UCI = "UCI Machine Learning Repository"
bundled: Mapping[str, BundledSet] = MappingProxyType(
    {
        known.key: known
        for known in (
            BundledSet(
                "iris",
                "Iris",
                "Three species of iris told apart by four measures of their flowers.",
                150,
                "classification",
                "species",
                f"R. A. Fisher 1936, E. Anderson; {_UCI}",
                "CC BY 4.0",
            ),
            BundledSet(
                "wine",
                "Wine",
                "Three cultivars told apart by a chemical analysis of their wine.",
                178,
                "classification",
                "cultivar",
                f"M. Forina et al.; {_UCI}",
                "CC BY 4.0",
            ),
            BundledSet(
                "breast_cancer",
                "Breast cancer",
                "Benign or malignant, from thirty measures of cell nuclei.",
                569,
                "classification",
                "diagnosis",
                f"W. Wolberg, N. Street, O. Mangasarian 1995; {_UCI}",
                "CC BY 4.0",
            ),
            BundledSet(
                "digits",
                "Digits",
                "Handwritten digits as pictures of 8 by 8 pixels.",
                1797,
                "classification",
                "digit",
                f"E. Alpaydin, C. Kaynak 1998; {_UCI}",
                "CC BY 4.0",
                "range",
            ),
            BundledSet(
                "diabetes",
                "Diabetes",
                "How far diabetes has come after a year, from ten measures of the patient.",
                442,
                "regression",
                "progression",
                "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani 2004",
                "published without a licence, see resources/datasets/README.md",
            ),
        )
    }
)
