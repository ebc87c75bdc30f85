"""Account books measured: export and taking back against openpyxl and the fast writers, memory at any size."""
