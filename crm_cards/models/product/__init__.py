# Owns: what customers have bought, service contracts, coverage.
# Builds on: card, activity, sale, product. Used by: ticket.
from . import crm_cards_license_type
from . import product_category
from . import product_template
from . import product_product
from . import res_company_product
from . import crm_cards_coverage
from . import crm_cards_coverage_mixin
from . import crm_cards_customer_mixin
from . import crm_cards_owned_product
from . import crm_cards_service_contract
from . import crm_cards_service_contract_item

# After the models: what they say together.
from . import crm_cards_owned_product_coverage
from . import crm_cards_owned_product_order
from . import crm_cards_owned_product_lot
from . import res_partner_product
from . import res_partner_coverage

# An order fills the list, and takes it back.
from . import sale_order_line
from . import sale_order
from . import sale_order_serials

# Activities name the product (row 66).
from . import mail_activity_product
from . import crm_cards_activity_product

# The import of the accounts reads lists of customers' products, too.
from . import crm_cards_accounts_import_product_column
from . import crm_cards_accounts_import_product_row
from . import crm_cards_accounts_import_product
from . import crm_cards_accounts_import_product_match
from . import crm_cards_accounts_import_product_apply
from . import crm_cards_accounts_import_product_undo
