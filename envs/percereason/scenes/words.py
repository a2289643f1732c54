"""Names, goods and places that pictures are about."""

from __future__ import annotations

PEOPLE = (
    "Ada", "Ben", "Cara", "Dan", "Ella", "Finn", "Gina", "Hugo", "Iris", "Jon", "Kira", "Leo", "Mia", "Noah", "Olga",
    "Paul", "Rosa", "Sam", "Tara", "Umar", "Vera", "Will", "Yara", "Zoe", "Amir", "Bela", "Chen", "Devi", "Emil", "Faye",
    "Goran", "Hana", "Ivan", "Jade", "Kofi", "Lena", "Milo", "Nina", "Omar", "Priya",
)  # fmt: skip

SURNAMES = (
    "Adler", "Baker", "Costa", "Dunn", "Evans", "Fischer", "Garcia", "Hill", "Ito", "Jansen", "Kaya", "Lopez", "Meyer",
    "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Silva", "Tanaka", "Usman", "Vogel", "Walsh", "Young", "Ziegler",
)  # fmt: skip

TOWNS = (
    "Alder", "Birch", "Cove", "Dale", "Elm", "Ford", "Glen", "Hythe", "Iver", "Kirk", "Lund", "Mill", "Nash",
    "Oak", "Pine", "Quay", "Rye", "Stow", "Thorn", "Vale", "Wick", "York", "Ashby", "Brent", "Clare", "Derby",
    "Eton", "Frome",
)  # fmt: skip

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: What shops sell, with the usual price of a piece in cents.
GOODS: dict[str, tuple[tuple[str, int], ...]] = {
    "bakery": (
        ("Bread", 320), ("Roll", 60), ("Croissant", 180), ("Muffin", 220), ("Bagel", 150), ("Pretzel", 140),
        ("Apple pie", 410), ("Baguette", 230), ("Cookie", 90), ("Doughnut", 130),
    ),
    "grocer": (
        ("Milk", 140), ("Butter", 280), ("Eggs", 330), ("Cheese", 460), ("Rice", 240), ("Pasta", 170), ("Honey", 550),
        ("Tea", 360), ("Coffee", 690), ("Flour", 110), ("Yoghurt", 80), ("Juice", 210), ("Salt", 70),
    ),
    "greengrocer": (
        ("Apples", 250), ("Pears", 310), ("Lemons", 180), ("Carrots", 130), ("Onions", 120), ("Grapes", 390),
        ("Melon", 420), ("Cherries", 560), ("Potatoes", 340), ("Leek", 150), ("Spinach", 230),
    ),
    "stationer": (
        ("Pen", 180), ("Pencil", 70), ("Notebook", 340), ("Ruler", 120), ("Eraser", 80), ("Folder", 260), ("Glue", 230),
        ("Scissors", 480), ("Stapler", 790), ("Marker", 210), ("Envelope", 40),
    ),
    "hardware": (
        ("Hammer", 1450), ("Screws", 390), ("Nails", 280), ("Paint", 1890), ("Brush", 460), ("Tape", 320),
        ("Pliers", 1240), ("Bulb", 570), ("Hook", 90), ("Sandpaper", 160), ("Saw", 1690),
    ),
    "cafe": (
        ("Espresso", 220), ("Latte", 380), ("Green tea", 310), ("Cocoa", 350), ("Sandwich", 640), ("Soup", 580),
        ("Salad", 720), ("Waffle", 490), ("Scone", 260), ("Cake", 430), ("Lemonade", 330),
    ),
    "cinema": (
        ("Adult", 1150), ("Child", 750), ("Senior", 850), ("Popcorn", 520), ("Nachos", 610), ("Cola", 390),
        ("Water", 270), ("3D glasses", 150),
    ),
    "garden": (
        ("Rose", 890), ("Tulips", 450), ("Soil", 680), ("Pot", 390), ("Seeds", 210), ("Spade", 1990), ("Gloves", 640),
        ("Basil", 280), ("Fern", 740), ("Hose", 2390),
    ),
    "books": (
        ("Novel", 1190), ("Atlas", 2490), ("Comic", 690), ("Cookbook", 1890), ("Postcard", 110), ("Calendar", 1290),
        ("Bookmark", 190), ("Puzzle", 1590), ("Magazine", 480),
    ),
    "sports": (
        ("Ball", 1490), ("Racket", 3990), ("Socks", 590), ("Cap", 1290), ("Bottle", 890), ("Towel", 1090),
        ("Whistle", 340), ("Skipping rope", 690), ("Frisbee", 790),
    ),
    "toys": (
        ("Teddy", 1690), ("Kite", 1390), ("Marbles", 340), ("Yo-yo", 290), ("Blocks", 1890), ("Doll", 1490),
        ("Car", 460), ("Train", 2290), ("Balloon", 40), ("Dice", 120),
    ),
    "pharmacy": (
        ("Soap", 240), ("Shampoo", 490), ("Plasters", 330), ("Cream", 750), ("Toothbrush", 290), ("Tissues", 190),
        ("Lip balm", 270), ("Vitamins", 990), ("Comb", 170),
    ),
}  # fmt: skip

SHOPS: dict[str, tuple[str, ...]] = {
    "bakery": ("Corner Bakery", "Golden Crust", "Old Mill Bakery"),
    "grocer": ("Daily Market", "Green Basket", "Village Store"),
    "greengrocer": ("Fresh & Ripe", "Orchard Stall", "The Fruit Cart"),
    "stationer": ("Paper & Ink", "Desk Supplies", "School Corner"),
    "hardware": ("Nuts & Bolts", "Handy Tools", "Workshop Depot"),
    "cafe": ("Cafe Aurora", "Bean House", "Terrace Cafe"),
    "cinema": ("Star Cinema", "Odeon Hall", "Screen One"),
    "garden": ("Garden World", "Leaf & Root", "The Nursery"),
    "books": ("Page Turner", "Harbour Books", "Book Nook"),
    "sports": ("Match Point", "Sport Shed", "Fair Play"),
    "toys": ("Toy Chest", "Play Time", "Little Train"),
    "pharmacy": ("Park Pharmacy", "Health Corner", "Central Chemist"),
}
