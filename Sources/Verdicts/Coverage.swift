public import Claims

/// How much of the catalogue a run asked: a part of it says nothing about a balancer as a whole.
public struct Coverage: Sendable, Hashable {
    /// Cases there are.
    public var catalogue: Int
    /// Cases that were asked for, those that then turned out to be unsupported included.
    public var selected: Int
    /// Features that the user left out on their own word.
    public var without: [Feature]

    /// So many cases of so many.
    public init(catalogue: Int, selected: Int, without: [Feature] = []) {
        self.catalogue = catalogue
        self.selected = selected
        self.without = without
    }

    /// Whether nothing was left out.
    public var isWhole: Bool { selected == catalogue && without.isEmpty }
}
