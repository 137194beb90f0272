"""Scores that people read, one file each."""

ORDER = (
    "accuracy",
    "balanced_accuracy",
    "top_k",
    "precision",
    "recall",
    "f1_macro",
    "f1_micro",
    "roc_auc",
    "log_loss",
    "mcc",
    "r2",
    "explained_variance",
    "mae",
    "rmse",
)
