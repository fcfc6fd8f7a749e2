/// Lines over a common axis as SVG, with a legend; what goes beyond the axes is drawn at their ends.
struct LineChart {
    /// A line, drawn in the color of its number.
    struct Line {
        var name: String
        /// In order of x; where y is nil the line has a gap.
        var points: [(x: Double, y: Double?)]
    }

    /// A stretch of x that is marked.
    struct Band {
        var name: String
        var from: Double
        var to: Double
    }

    var title: String
    /// What the chart says to who can't see it.
    var summary: String
    var x: ChartAxis
    var y: ChartAxis
    var lines: [Line]
    var bands: [Band] = []

    private static let (width, height) = (760.0, 280.0)
    private static let (left, right, top, bottom) = (66.0, 30.0, 12.0, 26.0)
    /// Colors of the style sheet.
    static let colors = 8

    /// A figure of HTML.
    var html: String {
        """
        <figure>
        <figcaption>\(XMLText.escaped(title))</figcaption>
        <svg viewBox="0 0 \(Self.number(Self.width)) \(Self.number(Self.height))" role="img" aria-label="\(XMLText.escaped(summary))">
        \(bandShapes)\(axes)\(lineShapes)</svg>
        <ul class="legend">\(legend)</ul>
        </figure>

        """
    }

    private var legend: String {
        lines.enumerated().map { "<li class=\"c\($0 % Self.colors)\">\(XMLText.escaped($1.name))</li>" }.joined()
            + (bands.isEmpty ? "" : "<li class=\"fault\">fault</li>")
    }

    private var axes: String {
        let vertical = x.marks.map { mark in
            let at = Self.number(left(mark.place))
            return
                "<line class=\"grid\" x1=\"\(at)\" x2=\"\(at)\" y1=\"\(Self.number(Self.top))\" y2=\"\(Self.number(down(0)))\"/>"
                + "<text class=\"x\" x=\"\(at)\" y=\"\(Self.number(Self.height - 8))\">\(XMLText.escaped(mark.text))</text>\n"
        }
        let horizontal = y.marks.map { mark in
            let at = Self.number(down(mark.place))
            return
                "<line class=\"grid\" x1=\"\(Self.number(Self.left))\" x2=\"\(Self.number(left(1)))\" y1=\"\(at)\" y2=\"\(at)\"/>"
                + "<text class=\"y\" x=\"\(Self.number(Self.left - 6))\" y=\"\(Self.number(down(mark.place) + 4))\">"
                + "\(XMLText.escaped(mark.text))</text>\n"
        }
        return (vertical + horizontal).joined()
    }

    private var bandShapes: String {
        bands.map { band in
            let (from, to) = (left(x.place(band.from)), left(x.place(band.to)))
            return "<rect class=\"fault\" x=\"\(Self.number(from))\" y=\"\(Self.number(Self.top))\" "
                + "width=\"\(Self.number(max(1, to - from)))\" height=\"\(Self.number(down(0) - Self.top))\">"
                + "<title>\(XMLText.escaped(band.name))</title></rect>\n"
        }.joined()
    }

    private var lineShapes: String {
        lines.enumerated().map { number, line in
            var path = ""
            var isDrawing = false
            for point in line.points {
                guard let y = point.y else {
                    isDrawing = false
                    continue
                }
                let place = "\(Self.number(left(x.place(point.x)))) \(Self.number(down(self.y.place(y))))"
                // A point alone between gaps is a dot.
                path += isDrawing ? "L\(place)" : "M\(place)h0"
                isDrawing = true
            }
            return
                "<path class=\"line c\(number % Self.colors)\" d=\"\(path)\"><title>\(XMLText.escaped(line.name))</title></path>\n"
        }.joined()
    }

    private func left(_ place: Double) -> Double { Self.left + place * (Self.width - Self.left - Self.right) }
    private func down(_ place: Double) -> Double {
        Self.height - Self.bottom - place * (Self.height - Self.top - Self.bottom)
    }

    /// A coordinate, short.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
