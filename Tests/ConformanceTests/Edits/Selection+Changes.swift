import History

/// What becomes of the selected events, whatever they are.
extension Selection {
    /// They are not there.
    var drop: Edit { Edit(selection: self, change: .drop) }
    /// They come so many times more.
    func repeated(_ times: Int = 1) -> Edit { Edit(selection: self, change: .repeated(times)) }
    /// They come so much earlier.
    func earlier(by duration: Duration) -> Edit { Edit(selection: self, change: .later(.zero - duration)) }
    /// Everything from the first of them on comes so much later.
    func waits(_ duration: Duration) -> Edit { Edit(selection: self, change: .wait(duration)) }
    /// The first of them comes right behind the second one.
    var outOfOrder: Edit { Edit(selection: self, change: .outOfOrder) }
    /// The first of them comes once more, right behind the second one.
    var againLater: Edit { Edit(selection: self, change: .againLater) }

    /// Each is what this makes of it.
    func become(_ change: @escaping @Sendable (inout HistoryEvent, Scene) -> Void) -> Edit {
        Edit(
            selection: self,
            change: .become { event, scene in
                var changed = event
                change(&changed, scene)
                return changed
            })
    }
}
