"""What people write above the columns of a list of customers' products.

Plain Python, no ``env``.  Headers in English, Hebrew and Polish by the names of the
columns of ``crm.cards.accounts.import``, as in :mod:`.table_matching`.
"""

from .table_matching import HEADERS

# Columns that only say whose product it is
CUSTOMER_FIELDS = ("key", "vat", "email", "phone", "name", "country")

OWNED_PRODUCT_HEADERS = {
    **{field: HEADERS[field] for field in CUSTOMER_FIELDS},
    "product": (
        "product|product name|product code|item|item code|item number|item name|model|"
        "sku|barcode|article|מוצר|שם מוצר|שם המוצר|קוד מוצר|פריט|שם פריט|קוד פריט|"
        "מספר פריט|מקט|מק״ט|ברקוד|דגם|produkt|nazwa produktu|kod produktu|towar|"
        "nazwa towaru|kod towaru|symbol|symbol towaru|indeks|kod kreskowy|"
        "model urzadzenia"
    ),
    "serial": (
        "serial|serial no|serial number|s/n|sn|lot|lot/serial|lot number|"
        "מספר סידורי|מס סידורי|סריאלי|מספר סריאלי|סידורי|אצווה|nr seryjny|"
        "numer seryjny|seryjny|nr fabryczny|numer fabryczny|partia"
    ),
    "quantity": "quantity|qty|units|pieces|כמות|יחידות|ilosc|szt|sztuk|liczba sztuk",
    "date_bought": (
        "bought on|bought|date bought|purchase date|date of purchase|sale date|"
        "sold on|תאריך רכישה|תאריך קנייה|תאריך קניה|נרכש בתאריך|תאריך מכירה|נקנה|"
        "data zakupu|data sprzedazy|zakupiono|kupiono|sprzedano"
    ),
    "service_start": (
        "service start|service from|start of service|warranty start|warranty from|"
        "תחילת שירות|שירות מ|שירות מתאריך|תחילת אחריות|אחריות מ|poczatek serwisu|"
        "serwis od|poczatek gwarancji|gwarancja od"
    ),
    "service_end": (
        "service end|service until|end of service|warranty end|warranty until|"
        "warranty|תום שירות|סיום שירות|סוף שירות|שירות עד|תום אחריות|סיום אחריות|"
        "אחריות עד|אחריות|koniec serwisu|serwis do|koniec gwarancji|gwarancja do|"
        "gwarancja"
    ),
    "license_type": (
        "license type|licence type|license|licence|סוג רישיון|סוג רשיון|רישיון|רשיון|"
        "typ licencji|rodzaj licencji|licencja"
    ),
    "note": (
        "note|notes|remark|remarks|comment|comments|הערה|הערות|uwaga|uwagi|notatka|"
        "notatki"
    ),
}
