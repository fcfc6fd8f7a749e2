/// A template that cannot be rendered.
package struct TemplateError: Error, Hashable, CustomStringConvertible {
    /// Path of the template.
    package var file: String
    /// What is wrong with it.
    package var problem: Problem

    /// What can be wrong with a template.
    package enum Problem: Error, Hashable {
        /// Placeholders that must occur, each with a line that shows how to write it.
        case missing([String], how: [String])
        /// A placeholder that has no meaning.
        case unknown(String, line: Int, known: [String])
        /// `{{` without `}}` on the same line.
        case unclosed(line: Int)
        /// Something like a loop.
        case unknownLoop(String, line: Int)
        /// A loop in a loop.
        case loopInLoop(line: Int)
        /// A loop that does not end.
        case loopWithoutEnd(line: Int)
        /// `{{end}}` of no loop.
        case endWithoutLoop(line: Int)
    }

    /// What is wrong, and what to do about it.
    package var description: String {
        let place =
            switch problem {
            case .missing: file
            case .unknown(_, let line, _), .unclosed(let line), .unknownLoop(_, let line), .loopInLoop(let line),
                .loopWithoutEnd(let line), .endWithoutLoop(let line):
                "\(file):\(line)"
            }
        return "\(place): \(problem.inWords)"
    }
}

extension TemplateError.Problem {
    /// What is wrong, without its place.
    var inWords: String {
        switch self {
        case .missing(let names, let how):
            """
            \(names.map { "{{\($0)}}" }.joined(separator: ", ")) missing; Stickler puts its own addresses \
            there, so write: \(how.joined(separator: "  "))
            """
        case .unknown(let name, _, let known):
            "unknown placeholder {{\(name)}}; known: "
                + known.map { "{{\($0)}}" }.joined(separator: ", ")
        case .unclosed:
            "{{ is not closed; write }} on the same line"
        case .unknownLoop(let loop, _):
            "unknown loop {{\(loop)}}; write {{each node}} … {{end}}, or {{each node \", \"}} with what "
                + "stands between two nodes"
        case .loopInLoop:
            "a loop in a loop; write {{end}} before {{each node}}"
        case .loopWithoutEnd:
            "{{each node}} does not end; write {{end}} behind what is there for each node"
        case .endWithoutLoop:
            "{{end}} of no loop; take it out, or write {{each node}} before it"
        }
    }
}
