/// Why a text names no mutant.
package enum MutantChoiceError: Error, Equatable, CustomStringConvertible {
    /// There is none of this name.
    case unknown(String)
    /// What follows the name in this text is no rate.
    case malformedRate(String)
    /// The mutant of this name breaks nothing that comes in units.
    case withoutUnit(String)

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .unknown(let name): "no mutant is called \"\(name)\"; `stickler mutants` lists them"
        case .malformedRate(let text):
            "mutant \(text): a rate is 1/N, N a whole number from 1, such as "
                + "\(text.prefix { $0 != ":" }):1/1000 for one unit in 1000"
        case .withoutUnit(let name):
            "\(name) can't be done at a rate: what it breaks holds for a connection, a node or the whole proxy, so there "
                + "are no units to damage one in N of; name it without a rate, or one of "
                + Mutant.all.filter { $0.rated != nil }.map(\.name).joined(separator: ", ")
        }
    }
}
