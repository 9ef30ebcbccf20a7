using System.Globalization;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Workloads.Explaining;

/// <summary>Tells in words how an allocation stands.</summary>
internal static class AllocationStory
{
    public static string Summarise(AllocationView view, long nowUnixMs)
    {
        Allocation allocation = view.Allocation;
        string stopping = allocation.Desired == DesiredState.Stop
            ? $"; it is being stopped because {allocation.Reason}" : "";
        return $"{allocation.Workload} {Trouble(view, nowUnixMs)} on {allocation.Node}{stopping}.";
    }

    public static IReadOnlyList<string> Facts(AllocationView view, long nowUnixMs)
    {
        Allocation allocation = view.Allocation;
        var facts = new List<string>
        {
            $"id {allocation.Id}, index {Pass.Text(allocation.Index)}, version {Pass.Text(allocation.Version)}",
            $"placed {Duration(nowUnixMs - allocation.CreatedUnixMs)} ago: {allocation.Reason}",
        };
        if (allocation.Attempt > 0) facts.Add($"{Pass.Text(allocation.Attempt)} before it in this place failed");
        if (view.Status is not { } status) return facts;
        if (status.Restarts > 0) facts.Add($"started again {Pass.Text(status.Restarts)} times in place");
        if (status.Message.Length > 0) facts.Add($"its node says: {status.Message}");
        foreach (BoundPort port in status.Ports)
            facts.Add($"port {port.Name} at {port.Address}:{Pass.Text(port.Port)}");
        return facts;
    }

    /// <summary>One line of a list.</summary>
    public static string Line(AllocationView view, long nowUnixMs)
    {
        Allocation allocation = view.Allocation;
        string desired = allocation.Desired == DesiredState.Stop ? ", to be stopped" : "";
        return $"{Trouble(view, nowUnixMs)} (index {Pass.Text(allocation.Index)}, "
            + $"version {Pass.Text(allocation.Version)}, node {allocation.Node}{desired})";
    }

    /// <summary>The allocation and what is the matter with it, with the next try when that is known.</summary>
    public static string Trouble(AllocationView view, long nowUnixMs)
    {
        string text =
            $"allocation {Pass.Short(view.Id)} {(view.IsLost ? "is lost with its node" : FailureText.Of(view.Status))}";
        if (view.IsGivenUp && view.IsWanted) return $"{text}, its restarts are used up ('flyball restart' tries again)";
        return view.Allocation.RetryAtUnixMs is { } retry && retry > nowUnixMs
            ? $"{text}, next try in {Duration(retry - nowUnixMs)}" : text;
    }

    public static string Duration(long ms) => TimeSpan.FromMilliseconds(Math.Max(0, ms)) switch
    {
        { TotalMinutes: < 2 } span =>
            string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalSeconds):0} s"),
        { TotalHours: < 2 } span => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        { TotalDays: < 2 } span => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
        var span => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
    };
}
