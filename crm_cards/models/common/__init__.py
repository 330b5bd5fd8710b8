# Owns: company settings shared by every room.
# Builds on: base only. Used by: all other rooms.
from . import res_company
