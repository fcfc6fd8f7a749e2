/// A set of numbers as runs without a gap, ascending: as small as what it holds is regular.
///
/// Its first run is inline, so that numbers which come one after the other cost 24 bytes and no allocation, however many.
package struct NumberRuns: Sendable, Hashable {
    /// The first run; there is none while `first > last`.
    private var first = 1
    private var last = 0
    /// The runs behind it, at least one number apart.
    private var rest: [ClosedRange<Int>] = []

    /// No numbers.
    package init() {}

    /// These numbers.
    package init(_ numbers: some Sequence<Int>) {
        for number in numbers { insert(number) }
    }

    /// Whether it holds none.
    package var isEmpty: Bool { first > last }

    /// The least number; nil without any.
    package var least: Int? { isEmpty ? nil : first }

    /// The greatest number; nil without any.
    package var greatest: Int? { rest.last?.upperBound ?? (isEmpty ? nil : last) }

    /// How many numbers there are.
    package var count: Int { runs.reduce(0) { $0 + $1.count } }

    /// How many runs there are.
    package var runCount: Int { isEmpty ? 0 : 1 + rest.count }

    /// Whether there is one run at most.
    package var isOneRun: Bool { rest.isEmpty }

    /// The runs, ascending.
    package var runs: [ClosedRange<Int>] { isEmpty ? [] : [first...last] + rest }

    /// Whether it holds this number.
    package func contains(_ number: Int) -> Bool {
        guard number > last else { return number >= first && number <= last }
        guard !rest.isEmpty else { return false }
        let place = place(of: number)
        return place < rest.count && rest[place].lowerBound <= number
    }

    /// Adds a number; false if it is there already.
    @discardableResult
    package mutating func insert(_ number: Int) -> Bool {
        if rest.isEmpty, number > last, number == last + 1, !isEmpty {
            last = number
            return true
        }
        return insertApart(number)
    }

    /// Takes a number out; false if it is not there.
    @discardableResult
    package mutating func remove(_ number: Int) -> Bool {
        guard number != first || first >= last else {
            first += 1
            return true
        }
        return removeApart(number)
    }

    /// Adds all of others.
    package mutating func formUnion(_ others: NumberRuns) {
        // Most often nothing or one run comes behind what there is.
        for run in others.runs {
            if isEmpty {
                (first, last) = (run.lowerBound, run.upperBound)
            } else if let greatest, run.lowerBound > greatest, run.lowerBound - 1 > greatest {
                rest.append(run)
            } else {
                for number in run { insert(number) }
            }
        }
    }

    /// Those below a number, and the others.
    package func split(below bound: Int) -> (below: NumberRuns, others: NumberRuns) {
        var (below, others) = (NumberRuns(), NumberRuns())
        for run in runs {
            if run.upperBound < bound {
                below.append(run)
            } else if run.lowerBound >= bound {
                others.append(run)
            } else {
                below.append(run.lowerBound...(bound - 1))
                others.append(bound...run.upperBound)
            }
        }
        return (below, others)
    }
}

extension NumberRuns {
    /// Where in `rest` the first run stands that ends at this number or above it.
    private func place(of number: Int) -> Int {
        // Most often it is the last one.
        if let run = rest.last, run.lowerBound <= number {
            return run.upperBound >= number ? rest.count - 1 : rest.count
        }
        var (low, high) = (0, rest.count)
        while low < high {
            let middle = (low + high) / 2
            if rest[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Adds a run that stands behind all others, a number apart.
    private mutating func append(_ run: ClosedRange<Int>) {
        if isEmpty { (first, last) = (run.lowerBound, run.upperBound) } else { rest.append(run) }
    }

    private mutating func insertApart(_ number: Int) -> Bool {
        if isEmpty {
            (first, last) = (number, number)
            return true
        }
        if number < first {
            if number == first - 1 {
                first = number
            } else {
                rest.insert(first...last, at: 0)
                (first, last) = (number, number)
            }
            return true
        }
        if number <= last { return false }
        let place = place(of: number)
        if place < rest.count, rest[place].lowerBound <= number { return false }
        let joinsNext = place < rest.count && rest[place].lowerBound - 1 == number
        let joinsFormer = (place == 0 ? last : rest[place - 1].upperBound) == number - 1
        let upper = joinsNext ? rest[place].upperBound : number
        if joinsFormer {
            if place == 0 { last = upper } else { rest[place - 1] = rest[place - 1].lowerBound...upper }
            if joinsNext { rest.remove(at: place) }
        } else if joinsNext {
            rest[place] = number...upper
        } else {
            rest.insert(number...number, at: place)
        }
        return true
    }

    private mutating func removeApart(_ number: Int) -> Bool {
        if number >= first, number <= last {
            if first == last {
                advance()
            } else if number == last {
                last = number - 1
            } else {
                rest.insert((number + 1)...last, at: 0)
                last = number - 1
            }
            return true
        }
        guard number > last, !rest.isEmpty else { return false }
        let place = place(of: number)
        guard place < rest.count, rest[place].lowerBound <= number else { return false }
        let run = rest[place]
        switch (run.lowerBound == number, run.upperBound == number) {
        case (true, true): rest.remove(at: place)
        case (true, false): rest[place] = (number + 1)...run.upperBound
        case (false, true): rest[place] = run.lowerBound...(number - 1)
        case (false, false):
            rest[place] = run.lowerBound...(number - 1)
            rest.insert((number + 1)...run.upperBound, at: place + 1)
        }
        return true
    }

    /// The first run is used up: the next one takes its place.
    private mutating func advance() {
        if rest.isEmpty {
            (first, last) = (1, 0)
        } else {
            let next = rest.removeFirst()
            (first, last) = (next.lowerBound, next.upperBound)
        }
    }
}
