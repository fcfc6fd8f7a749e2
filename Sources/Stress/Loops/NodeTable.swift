/// The nodes that answers named, each with a small number.
struct NodeTable {
    /// The number of an answer that names no node.
    static let unknown = UInt8.max
    /// More names than that come from somebody who makes them up.
    private static let limit = 250

    private var numbers: [String: UInt8] = [:]
    private(set) var names: [String] = []

    /// The number of this node.
    mutating func number(of name: String?) -> UInt8 {
        guard let name else { return Self.unknown }
        if let number = numbers[name] { return number }
        guard names.count < Self.limit, name.utf8.count <= 64 else { return Self.unknown }
        let number = UInt8(names.count)
        numbers[name] = number
        names.append(name)
        return number
    }

    /// The name of this number; nil for an unknown one.
    func name(_ number: UInt8) -> String? { Int(number) < names.count ? names[Int(number)] : nil }
}
