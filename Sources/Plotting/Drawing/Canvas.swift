import CCairo
import Foundation

/// A page to draw on: the only holder of Cairo pointers.
///
/// All lengths are points; the density of a PNG is applied once, as a scale, so that the same drawing
/// code serves every format. A failure inside Cairo is sticky there, and is thrown by `finish`.
final class Canvas {
  private let surface: OpaquePointer
  private var context: OpaquePointer
  private let sink = ByteSink()
  private let format: FigureFormat
  private let dotsPerInch: Double
  private let fontFamily: String
  private let about: About
  /// Layout measures the same few texts again and again, and Cairo looks the font up each time.
  private var advances: [Run: Double] = [:]

  private struct Run: Hashable {
    var text: String
    var font: Font
  }

  /// What a file says of itself to programs that cannot look at it.
  struct About {
    var title = ""
    var description = ""
  }

  /// Opens a page.
  /// - Throws: `PlottingError.drawing` when Cairo cannot make a surface of that size.
  init(
    _ format: FigureFormat, size: Size, dotsPerInch: Double, about: About, fontFamily: String
  ) throws(PlottingError) {
    self.format = format
    self.dotsPerInch = dotsPerInch
    self.fontFamily = fontFamily
    self.about = about
    switch format {
    case .png:
      surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Canvas.pixels(size.width, dotsPerInch),
        Canvas.pixels(size.height, dotsPerInch))
    case .svg:
      surface = cairo_svg_surface_create_for_stream(
        ByteSink.receive, sink.closure, size.width, size.height)
    case .pdf:
      surface = cairo_pdf_surface_create_for_stream(
        ByteSink.receive, sink.closure, size.width, size.height)
      // Without a date of ours Cairo writes the present time, and no two files would be equal.
      cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, about.title)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, about.description)
    }
    context = cairo_create(surface)
    if format == .png { cairo_scale(context, dotsPerInch / 72, dotsPerInch / 72) }

    // Hinting would make widths depend on the pixel grid, hence layouts on the format.
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
    try check()
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// The number of pixels that `points` cover at a density.
  static func pixels(_ points: Double, _ dotsPerInch: Double) -> Int32 {
    Int32(exactly: (points * dotsPerInch / 72).rounded()) ?? .max
  }

  /// Closes the page and returns the file's bytes.
  /// - Throws: `PlottingError.drawing` with the first failure since the canvas was opened.
  func finish() throws(PlottingError) -> Data {
    try check()
    if format == .png {
      let status = cairo_surface_write_to_png_stream(surface, ByteSink.receive, sink.closure)
      try Canvas.check(status)
    }
    cairo_surface_finish(surface)
    try Canvas.check(cairo_surface_status(surface))
    return switch format {
    case .png: pngWithDensity(sink.bytes, dotsPerInch: dotsPerInch)
    case .svg: finishedSVG(sink.bytes, title: about.title, description: about.description)
    case .pdf: sink.bytes
    }
  }

  private func check() throws(PlottingError) {
    try Canvas.check(cairo_status(context))
    try Canvas.check(cairo_surface_status(surface))
  }

  private static func check(_ status: cairo_status_t) throws(PlottingError) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    throw .drawing(message: String(cString: cairo_status_to_string(status)))
  }

  // MARK: Shapes

  /// Covers the whole page, to the last pixel: a page's height is rarely a whole number of them.
  func cover(with color: Color) {
    set(color)
    cairo_paint(context)
  }

  func fill(_ path: Path, _ color: Color) {
    trace(path)
    set(color)
    cairo_fill(context)
  }

  func stroke(
    _ path: Path, _ color: Color, width: Double, dash: [Double] = [], roundEnds: Bool = false
  ) {
    trace(path)
    set(color)
    cairo_set_line_width(context, width)
    cairo_set_line_cap(context, roundEnds ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
  }

  /// Draws with everything outside the rectangle cut away.
  func clipping(to rect: Rect, _ body: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
    cairo_clip(context)
    body()
    cairo_restore(context)
  }

  /// Draws with the origin moved to `point` and the axes turned clockwise by `angle` radians.
  func transformed(to point: Point, angle: Double, _ body: () -> Void) {
    cairo_save(context)
    cairo_translate(context, point.x, point.y)
    if angle != 0 { cairo_rotate(context, angle) }
    body()
    cairo_restore(context)
  }

  /// Draws what lies in the rectangle as one image inside an SVG, where thousands of small paths would
  /// take megabytes that nobody reads; the other formats are drawn as ever.
  func asImage(in area: Rect, _ body: () -> Void) {
    guard format == .svg else { return body() }
    let density = 300.0
    let image = cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, Canvas.pixels(area.width, density), Canvas.pixels(area.height, density))
    let page = context
    context = cairo_create(image)
    cairo_scale(context, density / 72, density / 72)
    cairo_translate(context, -area.minX, -area.minY)
    body()
    cairo_destroy(context)
    context = page
    cairo_save(page)
    cairo_translate(page, area.minX, area.minY)
    cairo_scale(page, 72 / density, 72 / density)
    cairo_set_source_surface(page, image, 0, 0)
    cairo_paint(page)
    cairo_restore(page)
    cairo_surface_destroy(image)
  }

  private func set(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.opacity)
  }

  private func trace(_ path: Path) {
    cairo_new_path(context)
    for element in path.elements {
      switch element {
      case .move(let point): cairo_move_to(context, point.x, point.y)
      case .line(let point): cairo_line_to(context, point.x, point.y)
      case .arc(let center, let radius, let start, let end):
        cairo_arc(context, center.x, center.y, radius, start, end)
      case .close: cairo_close_path(context)
      }
    }
  }

  // MARK: Text

  /// How far the pen moves over the text, in points.
  func advance(of text: String, in font: Font) -> Double {
    let run = Run(text: text, font: font)
    if let known = advances[run] { return known }
    select(font)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    advances[run] = extents.x_advance
    return extents.x_advance
  }

  /// Draws one run of text with its baseline starting at `origin`.
  func show(_ text: String, in font: Font, at origin: Point, _ color: Color) {
    select(font)
    set(color)
    cairo_new_path(context)
    cairo_move_to(context, origin.x, origin.y)
    if format == .png {
      // As outlines, because older Cairo versions move each glyph of a bitmap to a whole pixel.
      cairo_text_path(context, text)
      cairo_fill(context)
    } else {
      cairo_show_text(context, text)
      cairo_new_path(context)
    }
  }

  private func select(_ font: Font) {
    cairo_select_font_face(
      context, fontFamily, font.isItalic ? CAIRO_FONT_SLANT_ITALIC : CAIRO_FONT_SLANT_NORMAL,
      font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, font.size)
  }
}

/// One cut of the figure's font family.
struct Font: Hashable {
  /// Size in points.
  var size: Double
  var isBold = false
  var isItalic = false
}
