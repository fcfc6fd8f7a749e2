import StressResults

/// Why a file is no report of a stress run: the field, what was expected and what came.
package struct StressFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Such as `timeline[3].at`; empty for the whole.
    package var field: String
    /// In words.
    package var problem: String

    init(field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(field: Self.path(context.codingPath + [key]), "the key is missing")
        case .valueNotFound(_, let context):
            self.init(field: Self.path(context.codingPath), "null where there must be a value")
        case .typeMismatch(_, let context), .dataCorrupted(let context):
            let cause = context.underlyingError.map { ": \($0)" } ?? ""
            self.init(field: Self.path(context.codingPath), "\("\(context.debugDescription)\(cause)".prefix(300))")
        @unknown default: self.init(field: "", "\(error)")
        }
    }

    /// What `body` gives; a text that can't be is an error of this field.
    static func at<Value>(
        _ field: String, _ body: () throws(ScenarioError) -> Value
    ) throws(StressFileError) -> Value {
        do throws(ScenarioError) {
            return try body()
        } catch {
            throw StressFileError(field: field, error.description)
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            let name = key.stringValue.prefix(64)
            return path.isEmpty ? String(name) : "\(path).\(name)"
        }
    }

    /// In words.
    package var description: String { field.isEmpty ? problem : "\(field): \(problem)" }
}
