import Foundation

/// Text in ASCII, as the package `unidecode` writes it, which ZeroSCROLLS' metrics apply to answers.
///
/// It is held to that package for Latin letters up to U+02AF, of U+1E00 to U+1EFF and U+2C60 to U+2C7F,
/// modifier letters and combining marks up to U+036F, signs of U+2000 to U+27BF, full-width forms, decimal
/// digits, emoji, and what says nothing, such as U+FEFF. The package has a spelling for most scripts, too;
/// here letters other than Latin stay as they are, but for their marks.
enum Transliteration {
  /// What stands for a text. White space may come in: U+200B becomes a space.
  static func ascii(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var written = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        written.append(scalar)
      } else if let replacement = replacements[scalar] {
        written.append(contentsOf: replacement.unicodeScalars)
      } else {
        for part in String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars {
          append(part, to: &written)
        }
      }
    }
    return String(written)
  }

  /// Appends what is left of a part of a character.
  private static func append(_ part: Unicode.Scalar, to written: inout String.UnicodeScalarView) {
    if part.isASCII { return written.append(part) }
    switch part.properties.generalCategory {
    case .decimalNumber:
      if let digit = part.decimalDigit { written.append(contentsOf: "\(digit)".unicodeScalars) }
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber, .otherNumber, .spacingMark:
      written.append(part)
    default: break
    }
  }

  /// The characters that are not what their compatible decomposition leaves of them.
  private static let replacements: [Unicode.Scalar: String] = {
    var table = single
    for (replacement, scalars) in shared {
      for scalar in scalars.unicodeScalars { table[scalar] = replacement }
    }
    return table
  }()

  /// Spellings of several characters each.
  private static let shared: [(replacement: String, scalars: String)] = [
    ("!", "¡¬ǃ❢"), ("|", "¦ǀ↑↓↕↟↡↥↧↨↯↰↱↲↳↴↵↾↿⇂⇃⇅⇈⇊⇑⇓⇕⇞⇟⇡⇣⇧⇩⇪⇫⇬⇭⇮⇯⇳∣│┃┆┇┊┋╎╏║╵╷╹╻╽╿▕❘\u{FFFA}"),
    ("\"", "¨ʺ˝ˮ“”‟❝❞"), ("-", "¯ˉ˗‐‑‒–‾⁀⁻₋←→↔↚↛↞↠↢↣↤↦↩↪↫↬↭↮↼↽⇀⇁⇠⇢⇤⇥⇦⇨⇰−─━┄┅┈┉╌╍═╴╶╸╺╼╾▔"),
    ("'", "´ʹʼʿˈ˓‘’‛′❜"), ("u", "µɤʉ\u{367}"), ("P", "¶₱"),
    ("*", "·•※⁎∗◆◇◈◉◊○◌◍◎●◐◑◒◓◔◕◖◗◘◙◚◛◜◝◞◟◠◡◢◣◤◥◦✱"), (",", "¸ˌ˛‚❟"), ("?", "¿ʔʕʖʡʢˀˁˤ"),
    ("x", "×\u{36F}"), ("ae", "æǣǽ"), ("d", "ðđƌƍȡɖɗ\u{369}"), ("/", "÷ˊˏ⁄↗↙⇗⇙∕╱"),
    ("o", "øǿɔɵ\u{366}"), ("h", "ħɦɧʮʯʱ\u{36A}ⱨ"), ("i", "ıɨɩ\u{365}𝚤"), ("k", "ĸƙʞⱪ"),
    ("l", "łƚƛȴɫɬɭⱡ₾"), ("t", "ŧƫƭȶʇʈ\u{36D}ⱦ"), ("b", "ƀƃɓ"), ("6", "ƅ⓺"), ("c", "ƈȼɕ\u{368}"),
    ("n", "ƞȵɲɳɴ"), ("p", "ƥᵽ"), ("2", "ƨƻ⓶"), ("y", "ƴȝɏʎ"), ("z", "ƶȥɀʐʑⱬ"), ("zh", "ƹƺǯ"),
    ("5", "ƽ⓹"), ("ts", "ƾʦ"), ("w", "ƿʍ"), ("||", "ǁ‖"), ("@", "ǝəɚʘ˚"), ("g", "ǥɠɡɢɣ"),
    ("j", "ȷɉɟʄʝ𝚥"), ("s", "ȿʂ"),
    ("", "ɂⱱⱳⱴⱶⱷⱸⱹⱺⱻⱼⱽẜẝẟỻỽỿₔℇℏℵℶℷℸℼℽℾℿↄↅↆↇↈ≠≮≯❶❷❸❹❺❻❼❽❾❿➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓"),
    ("e", "ɇɘɛɜɝɞ\u{364}℮"), ("q", "ɋʠ"), ("r", "ɍɹɺɻɼɽɾɿʴʵʶ\u{36C}"), ("a", "ɐɑɒ\u{363}ⱥẚ"),
    ("Y", "ɥʏ"), ("W", "ɯɰ₩"), ("m", "ɱ\u{36B}₼"), ("O", "ɷ◯"), ("F", "ɸⅎ"), ("R", "ʀʁ˞₽"),
    ("S", "ʃʅʆẛ"), ("v", "ʋ\u{36E}"), ("^", "ʌ˄ˆ˔‸⁁↶↻⌃▲△▴▵◬◭◮"), ("Z", "ʒʓ"), ("G", "ʛˠ₲"),
    ("L", "ʟ₤₶₺"), ("dz", "ʣʥ"), ("`", "ʻʽʾ˒‵"), ("<", "˂‹\u{2329}◀◁◂◃◄◅"), (">", "˃›▶▷▸▹►▻"),
    ("V", "˅ˇ˕˘ˬ↷↺▼▽▾▿"), ("\\", "ˋˎ↖↘↸⇖⇘⇱⇲∖╲"), ("_", "ˍ‗‿"), (":", "ː∶"), (".", "ˑ˙‧"),
    ("+", "˖†┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋╒╓╔╕╖╗╘╙╚╛╜"),
    ("+", "╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬╭╮╯╰"), ("~", "˜⁓↜↝⇜⇝∼"), ("X", "˟╳"), ("=", "˭↹⇄⇆⇇⇉⇋⇌⇍⇎⇏⇐⇒⇔⇚⇛"),
    ("--", "—―⁃"), (",,", "„❠"), ("T", "₮₸"), ("<=", "≤≦"), (">=", "≥≧"),
    ("#", "▀▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐░▒▓■□▢▣▤▥▦▧▨▩▪▫▬▭▮▯▰▱◧◨◩◪◫◰◱◲◳◴◵◶◷♯"), ("spades", "♠♤"),
    ("hearts", "♡♥"), ("diamonds", "♢♦"), ("clubs", "♣♧"),
  ]

  /// Spellings of one.
  private static let single: [Unicode.Scalar: String] = [
    "¢": "C/", "£": "PS", "¤": "$?", "¥": "Y=", "§": "SS", "©": "(c)", "«": "<<", "®": "(r)",
    "°": "deg", "±": "+-", "»": ">>", "¼": " 1/4", "½": " 1/2", "¾": " 3/4", "ß": "ss", "þ": "th",
    "ŉ": "'n", "ŋ": "ng", "œ": "oe", "ƒ": "f", "ƕ": "hv", "ƣ": "oi", "ƪ": "sh", "ǂ": "|=",
    "ȣ": "ou", "ȸ": "db", "ȹ": "qp", "ɪ": "I", "ɮ": "lZ", "ɶ": "OE", "ʊ": "U", "ʗ": "C", "ʙ": "B",
    "ʚ": "E", "ʜ": "H", "ʤ": "dZ", "ʧ": "tS", "ʨ": "tC", "ʩ": "fN", "ʪ": "ls", "ʫ": "lz",
    "ʬ": "WW", "ʭ": "]]", "\u{200B}": " ", "‡": "++", "‣": "*>", "‰": "%0", "‱": "%00", "″": "''",
    "‴": "'''", "‶": "``", "‷": "```", "‽": "!?", "⁂": "***", "⁅": "-[", "⁆": "]-", "⁊": "&",
    "⁋": "PP", "⁌": "(]", "⁍": "[)", "⁒": "%", "⁗": "''''", "₠": "ECU", "₡": "CL", "₢": "Cr",
    "₣": "FF", "₥": "mil", "₦": "N", "₧": "Pts", "₪": "NS", "₫": "D", "€": "EUR", "₭": "K",
    "₯": "Dr", "₰": "Pf", "₳": "A", "₴": "UAH", "₵": "C|", "₷": "Sm", "₹": "Rs", "₻": "M",
    "₿": "BTC", "℀": " a/c ", "℁": " a/s ", "℃": "degC", "℅": " c/o ", "℆": " c/u ", "℉": "degF",
    "№": "No. ", "℗": "(p)", "℟": "R/", "℠": "(sm)", "™": "(tm)", "℣": "V/", "⅍": "A/S",
    "⅐": " 1/7 ", "⅑": " 1/9 ", "⅒": " 1/10 ", "⅓": " 1/3 ", "⅔": " 2/3 ", "⅕": " 1/5 ",
    "⅖": " 2/5 ", "⅗": " 3/5 ", "⅘": " 4/5 ", "⅙": " 1/6 ", "⅚": " 5/6 ", "⅛": " 1/8 ",
    "⅜": " 3/8 ", "⅝": " 5/8 ", "⅞": " 7/8 ", "⅟": " 1/", "ↀ": "(D", "ↁ": "D)", "ↂ": "((|))",
    "↉": " 0/3 ", "\u{232A}": "> ", "⓫": "11", "⓬": "12", "⓭": "13", "⓮": "14", "⓯": "15",
    "⓰": "16", "⓱": "17", "⓲": "18", "⓳": "19", "⓴": "20", "⓵": "1", "⓷": "3", "⓸": "4", "⓻": "7",
    "⓼": "8", "⓽": "9", "⓾": "10", "⓿": "0", "♔": "white king", "♕": "white queen",
    "♖": "white rook", "♗": "white bishop", "♘": "white knight", "♙": "white pawn",
    "♚": "black king", "♛": "black queen", "♜": "black rook", "♝": "black bishop",
    "♞": "black knight", "♟": "black pawn", "\u{FFF9}": "{", "\u{FFFB}": "}",
  ]
}
