"""What neurons make of their weighted input, one file each."""

ORDER = (
    "linear", "relu", "tanh", "sigmoid", "softmax",
    "leaky_relu", "elu", "selu", "celu", "gelu", "gelu_tanh", "silu", "mish", "softplus", "relu6",
    "hard_sigmoid", "hard_tanh", "softsign", "sine", "gaussian", "square", "exponential", "log_softmax", "step", "sign",
)
