"""ONNX's own node tests, for every operator that we have a part for: our engine on their inputs, their outputs."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from tests.oracles.onnx_operators import OPERATORS
from tests.oracles.onnx_training import TRAINING

FILES = (
    "relu leakyrelu elu selu celu gelu hardsigmoid mish sigmoid softmax logsoftmax softplus softsign sign sin exp tanh "
    "swish clip identity add sum gemm matmul conv maxpool averagepool globalmaxpool globalaveragepool "
    "softmax_cross_entropy_loss prelu batch_normalization layernormalization dropout adam adagrad momentum"
)
MAPPED = {**OPERATORS, **TRAINING}
LINE = "a window slides over an image, not over a line"
SPACE = "a window slides over an image, not through space"
FURTHER = "a window reaches over the edge by as much as keeps the size, not by more"
BEFORE = 'the odd row of padding "same" lies below and at the right, not above and at the left'
APART = "the places of a pooling window lie side by side"
FULL = "the average is over what lies inside the image"
PLACE = "which place was the largest is not told"
WHOLE = "neurons compute with real numbers, not with whole ones"
MASK = "which neurons were dropped is not told"
DRAWN = "which neurons are dropped depends on ONNX's own random numbers"
# Cases of these operators that none of our parts can express, and why
CANNOT = {
    "test_conv_with_strides_and_asymmetric_padding": "padding is alike on all sides",
    "test_maxpool_1d_default": LINE,
    "test_maxpool_3d_default": SPACE,
    "test_maxpool_3d_dilations": SPACE,
    "test_maxpool_3d_dilations_use_ref_impl": SPACE,
    "test_maxpool_3d_dilations_use_ref_impl_large": SPACE,
    "test_maxpool_2d_same_lower": BEFORE,
    "test_maxpool_2d_pads": FURTHER,
    "test_maxpool_2d_dilations": APART,
    "test_maxpool_with_argmax_2d_precomputed_pads": PLACE,
    "test_maxpool_with_argmax_2d_precomputed_strides": PLACE,
    "test_averagepool_1d_default": LINE,
    "test_averagepool_3d_default": SPACE,
    "test_averagepool_3d_dilations_small": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False": SPACE,
    "test_averagepool_2d_same_lower": BEFORE,
    "test_averagepool_2d_pads": FURTHER,
    "test_averagepool_2d_pads_count_include_pad": FULL,
    "test_averagepool_2d_precomputed_pads_count_include_pad": FULL,
    "test_averagepool_2d_ceil_last_window_starts_on_pad": FULL,
    "test_averagepool_2d_dilations": APART,
    "test_clip_min_greater_than_max": "a range ends above where it begins",
    "test_clip_default_min": "clipping has both ends",
    "test_clip_default_max": "clipping has both ends",
    "test_clip_default_inbounds": "clipping has both ends",
    **{f"test_clip_default_int8_{which}": WHOLE for which in ("min", "max", "inbounds")},
    **{f"test_add_{kind}": WHOLE for kind in ("int8", "int16", "uint8", "uint16", "uint32", "uint64")},
    **dict.fromkeys(("test_dropout_default_mask", "test_dropout_default_mask_ratio"), MASK),
    "test_training_dropout_zero_ratio_mask": MASK,
    **{f"test_training_dropout{which}": DRAWN for which in ("", "_mask", "_default", "_default_mask")},
    "test_identity_sequence": "a list of tensors is no layer",
    "test_identity_opt": "a list of tensors is no layer",
}


def their_cases() -> dict[str, Any]:
    """Name -> case, of these operators; an "expanded" one is the same numbers through other operators."""
    from onnx.backend.test.case import node

    for name in FILES.split():
        importlib.import_module(f"onnx.backend.test.case.node.{name}")
    cases = {case.name: case for case in node._NodeTestCases if "_expanded" not in case.name}
    return {name: case for name, case in cases.items() if case.model.graph.node[0].op_type in MAPPED}


CASES = their_cases()


def test_every_operator_has_cases_and_every_reason_a_case() -> None:
    assert {case.model.graph.node[0].op_type for case in CASES.values()} == set(MAPPED)
    assert set(CANNOT) <= set(CASES)


@pytest.mark.parametrize("name", sorted(set(CASES) - set(CANNOT)))
def test_our_engine_says_what_onnx_says(name: str) -> None:
    from onnx import helper

    case = CASES[name]
    node = case.model.graph.node[0]
    inputs, outputs = case.data_sets[0]
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    found = MAPPED[node.op_type](attributes, *inputs)
    assert len(found) >= len(outputs), "an output is missing"
    for ours, theirs in zip(found, outputs, strict=False):
        np.testing.assert_allclose(ours.astype(theirs.dtype), theirs, rtol=case.rtol, atol=case.atol)
