extension DeliveryLoss {
    /// Those alone that a later message has overtaken, which nothing excuses; nil where there are none.
    package var certain: DeliveryLoss? { gaps.isEmpty ? nil : DeliveryLoss(gaps: gaps, unseen: NumberRuns()) }
}
