namespace Flyball.Scheduling.Reconciling;

/// <summary>A workload's wanted allocations by slot index, in order.</summary>
internal sealed class SlotSet
{
    private readonly SortedDictionary<int, Slot> slots = [];

    public int Count => slots.Count;

    public IEnumerable<Slot> All => slots.Values;

    /// <summary>Sorts the wanted allocations by what the pass's rollout wants now.</summary>
    public static SlotSet Of(Pass pass) => Of(pass, pass.View.Allocations);

    /// <summary>The same slots after the rollout turned to another version.</summary>
    public SlotSet Resorted(Pass pass) => Of(pass, slots.Values.SelectMany(slot => slot.All));

    private static SlotSet Of(Pass pass, IEnumerable<AllocationView> allocations)
    {
        var set = new SlotSet();
        foreach (AllocationView allocation in allocations.OrderBy(allocation => allocation.Id, StringComparer.Ordinal))
        {
            if (!allocation.IsWanted) continue;
            Slot slot = set.At(allocation.Allocation.Index);
            List<AllocationView> list = allocation switch
            {
                { IsLost: true } => slot.Ghosts,
                { IsTerminal: true } => slot.Dead,
                _ when Slot.IsCurrent(allocation, pass.Rollout) => slot.Current,
                _ => slot.Old,
            };
            list.Add(allocation);
        }

        return set;
    }

    /// <summary>The lowest indexes that no slot has.</summary>
    public IEnumerable<int> FreeIndexes()
    {
        for (int index = 0; ; index++)
            if (!slots.ContainsKey(index)) yield return index;
    }

    /// <summary>
    /// Gives up slots beyond <paramref name="desired"/>: first those where nothing is healthy, then those still of an
    /// older version, then the highest index.
    /// </summary>
    public void Trim(Pass pass, int desired)
    {
        int surplus = slots.Count - desired;
        if (surplus <= 0) return;
        Slot[] leaving =
        [
            .. slots.Values
                .OrderBy(slot => slot.HasHealthy)
                .ThenBy(slot => slot.Current.Count > 0)
                .ThenByDescending(slot => slot.Index)
                .Take(surplus),
        ];
        string reason = pass.Spec.Stopped ? "the workload is stopped" : $"{Pass.Text(desired)} replicas are wanted";
        pass.Decide("scale", $"from {Pass.Text(slots.Count)} to {Pass.Text(desired)}", reason,
            [("unhealthy", Pass.Text(leaving.Count(slot => !slot.HasHealthy)))]);
        foreach (Slot slot in leaving)
        {
            foreach (AllocationView allocation in slot.All) pass.Stop(allocation, reason);
            slots.Remove(slot.Index);
        }
    }

    private Slot At(int index)
    {
        if (!slots.TryGetValue(index, out Slot? slot)) slots.Add(index, slot = new Slot(index));
        return slot;
    }
}
