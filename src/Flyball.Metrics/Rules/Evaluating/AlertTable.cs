using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>The alerts of one rule and how they change from one evaluation to the next. Knows no clock.</summary>
internal sealed class AlertTable(TimeSpan hold, TimeSpan keepFiring)
{
    /// <summary>How long a resolved alert is told to receivers: they may have missed it.</summary>
    private const long ResolvedRetentionMs = 15 * 60_000;

    private readonly long holdMs = (long)hold.TotalMilliseconds;
    private readonly long keepFiringMs = (long)keepFiring.TotalMilliseconds;
    private readonly SortedDictionary<Labels, Alert> alerts = [];

    /// <summary>All, the resolved ones included, in the order of their labels.</summary>
    public IReadOnlyCollection<Alert> All => alerts.Values;

    /// <summary>Takes over what another table knows, before a rule's first evaluation.</summary>
    public void CopyFrom(AlertTable other)
    {
        foreach ((Labels labels, Alert alert) in other.alerts) alerts[labels] = alert;
    }

    public void Clear() => alerts.Clear();

    /// <summary>Replaces an alert that is there.</summary>
    public void Set(Alert alert) => alerts[alert.Labels] = alert;

    /// <summary>Applies an evaluation.</summary>
    /// <param name="found">For each series of the result what would be a new pending alert.</param>
    /// <param name="atMs">The evaluation's time.</param>
    /// <returns>The alerts that are pending or firing.</returns>
    public IReadOnlyList<Alert> Update(IReadOnlyDictionary<Labels, Alert> found, long atMs)
    {
        foreach ((Labels labels, Alert fresh) in found)
        {
            alerts[labels] = alerts.TryGetValue(labels, out Alert? known) && known.IsActive
                ? known with { Value = fresh.Value, Annotations = fresh.Annotations, KeptFiringSinceMs = 0 }
                : fresh;
        }

        var active = new List<Alert>();
        foreach (Alert alert in alerts.Values.ToArray())
        {
            Alert? next = found.ContainsKey(alert.Labels) ? alert : Lapse(alert, atMs);
            if (next is null)
            {
                alerts.Remove(alert.Labels);
                continue;
            }

            if (next.State == AlertState.Pending && atMs - next.ActiveAtMs >= holdMs)
                next = next with { State = AlertState.Firing, FiredAtMs = atMs };
            alerts[next.Labels] = next;
            if (next.IsActive) active.Add(next);
        }

        return active;
    }

    /// <summary>What becomes of an alert whose condition is over; null when nobody need know of it any more.</summary>
    private Alert? Lapse(Alert alert, long atMs)
    {
        switch (alert.State)
        {
            case AlertState.Pending:
                return null;
            case AlertState.Inactive:
                return atMs - alert.ResolvedAtMs > ResolvedRetentionMs ? null : alert;
        }

        if (keepFiringMs > 0)
        {
            long since = alert.KeptFiringSinceMs == 0 ? atMs : alert.KeptFiringSinceMs;
            if (atMs - since < keepFiringMs) return alert with { KeptFiringSinceMs = since };
        }

        return alert with { State = AlertState.Inactive, ResolvedAtMs = atMs };
    }
}
