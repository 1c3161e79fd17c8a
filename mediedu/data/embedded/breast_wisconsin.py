"""The Wisconsin breast table: nuclei measured in fine needle aspirates."""

from mediedu.data.table import Table


def breast_wisconsin() -> Table:
    """Load the table from scikit-learn.

    Returns
    -------
    Table
        569 cases with 30 features; labels 0 malignant, 1 benign.
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return Table(
        "breast_wisconsin",
        bunch.data,
        bunch.target,
        feature_names=tuple(bunch.feature_names),
        class_names=("malignant", "benign"),
        licence="CC-BY-4.0 (UCI Machine Learning Repository; scikit-learn's copy names no licence)",
        citation="Wolberg W., Mangasarian O., Street N., Street W.: Breast Cancer Wisconsin (Diagnostic), "
        "UCI Machine "
        "Learning Repository, 1993, doi 10.24432/C5DW2B; Street W. N. et al., Nuclear feature extraction for "
        "breast "
        "tumor diagnosis, Proc SPIE 1905:861-870, 1993; shipped by scikit-learn",
        description="Ten measurements of the cell nuclei in a fine needle aspirate of a breast mass, each "
        "as mean, "
        "standard error and worst (mean of the three largest) over the nuclei of one image. A person "
        "outlined the "
        "nuclei. The images themselves were not published.",
        notes=(
            "The class numbers are 0 malignant, 1 benign: a score for 'malignant' is 1 minus the usual "
            "probability "
            "of class 1.",
            "Lengths are in pixels of the microscope image; nobody published their size.",
        ),
    )
