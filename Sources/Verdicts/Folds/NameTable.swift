/// A name that was given a number, so that folds compare and keep four bytes: a node's, or the kind of a request.
package struct NameNumber: Sendable, Hashable {
    /// Its place in its table.
    fileprivate var place: UInt32

    /// The number of every name for which its table had no room.
    package static let other = NameNumber(place: .max)
}

/// Numbers for names in the order in which they are first seen. Peers choose names, so only so many are kept.
package struct NameTable: Sendable {
    private var numbers: [String: NameNumber] = [:]
    private var names: [String] = []
    private let limit: Int

    /// A table of at most so many names; all beyond share ``NameNumber/other``.
    package init(limit: Int = 1_024) { self.limit = min(limit, Int(UInt32.max)) }

    /// How many names it keeps.
    package var count: Int { names.count }

    /// The number of a name.
    package mutating func number(of name: String) -> NameNumber {
        if let known = numbers[name] { return known }
        guard names.count < limit else { return .other }
        let number = NameNumber(place: UInt32(names.count))
        names.append(name)
        numbers[name] = number
        return number
    }

    /// The name of a number; words for one that this table did not give.
    package subscript(number: NameNumber) -> String {
        names.indices.contains(Int(number.place)) ? names[Int(number.place)] : "another name"
    }
}
