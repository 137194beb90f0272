"""Small controls that every panel uses: number field, combo, switch, form rows, fact rows."""
