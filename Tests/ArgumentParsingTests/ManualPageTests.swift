import ArgumentParsing
import Testing

@Suite struct ManualPageTests {
  private func page(_ path: [Command]) -> ManualPage {
    ManualPage(path, source: "sample 1.0", manual: "Samples")
  }

  @Test func aPageIsMadeFromTheDeclarations() {
    let page = page([Sample.program, Sample.draw])
    #expect(page.fileName == "sample-draw.1")
    #expect(
      page.text.hasPrefix(
        #"""
        .TH "SAMPLE\-DRAW" 1 "" "sample 1.0" "Samples"
        .nh
        .ad l
        .SH NAME
        sample\-draw \- draw things
        .SH SYNOPSIS
        \fBsample draw\fR \fB\-\-length\fR \fIN,...\fR [\fIOPTIONS\fR]
        .SH DESCRIPTION
        .PP
        First paragraph of the discussion.
        .PP
        Second paragraph.
        .SH "OPTIONS"
        .TP
        \fB\-\-length\fR \fIN,...\fR
        Context lengths in tokens. (each from 1 to 1048576; required)
        .TP
        \fB\-n\fR, \fB\-\-count\fR \fIN\fR
        Instances. (from 1 to 1000; default: 10)

        """#))
    #expect(page.text.contains(".SH \"GLOBAL OPTIONS\"\n.TP\n\\fB\\-\\-seed\\fR \\fIN\\fR\n"))
    #expect(page.text.contains("\\fBsample draw \\-\\-length 4K\\fR\n"))
    #expect(page.text.hasSuffix(".SH SEE ALSO\n\\fBsample\\fR(1)\n"))
  }

  @Test func theProgramsPageListsTheOthers() {
    let text = page([Sample.program]).text
    #expect(text.contains(".SH SUBCOMMANDS\n.TP\n\\fBsample\\-draw\\fR(1)\ndraw things\n"))
    #expect(text.contains(".SH EXIT STATUS\n"))
    #expect(text.contains("\\fBsample\\-cook\\fR(1),\n\\fBsample\\-join\\fR(1)\n"))
  }

  /// Requests begin with a dot or a quote, escapes with a backslash, and pages are ASCII.
  @Test func textNeverBecomesMarkup() {
    let odd = Command(
      name: "odd", summary: "α ≤ β", discussion: ".so /etc/passwd \\n\n\n'quoted' ~ ^ ` 𝛼",
      groups: [OptionGroup("Options", [Parser.help, Parser.version])])
    let text = page([odd]).text
    #expect(text.contains("odd \\- \\[u03B1] \\[u2264] \\[u03B2]\n"))
    #expect(text.contains("\n\\&.so /etc/passwd \\en\n"))
    #expect(text.contains("\n\\(aqquoted\\(aq \\(ti \\(ha \\(ga \\[u1D6FC]\n"))
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test func pathsComeInOrderOfDeclaration() {
    let names = Sample.program.paths.map { $0.map(\.name).joined(separator: " ") }
    #expect(names == ["sample", "sample draw", "sample cook", "sample join"])
  }
}
