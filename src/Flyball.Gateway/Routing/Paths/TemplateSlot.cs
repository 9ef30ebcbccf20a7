using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Routing.Paths;

/// <summary>
/// The templates that begin with the same segments, in the order in which they are tried. They are compared one by one:
/// the cost grows with the templates of one beginning, not with all routes.
/// </summary>
internal sealed class TemplateSlot
{
    private readonly RouteSlot[] slots;

    private TemplateSlot(RouteSlot[] slots) => this.slots = slots;

    public static TemplateSlot With(TemplateSlot? all, RouteEntry route)
    {
        RouteSlot[] slots = all?.slots ?? [];
        int known = Array.FindIndex(slots, slot => slot.First.Path.Text == route.Path.Text);
        RouteSlot changed = RouteSlot.With(known < 0 ? null : slots[known], route);
        return new TemplateSlot(
            [.. slots.Where((_, i) => i != known).Append(changed).Order(Comparer<RouteSlot>.Create(Compare))]);
    }

    /// <summary>Null when nothing is left.</summary>
    public static TemplateSlot? Without(TemplateSlot? all, RouteEntry route)
    {
        RouteSlot[] slots = all?.slots ?? [];
        int known = Array.FindIndex(slots, slot => slot.First.Path.Text == route.Path.Text);
        if (known < 0) return all;
        RouteSlot? rest = RouteSlot.Without(slots[known], route.Name);
        RouteSlot[] left = rest is null
            ? [.. slots.Where((_, i) => i != known)]
            : [.. slots.Select((slot, i) => i == known ? rest : slot)];
        return left.Length == 0 ? null : new TemplateSlot(left);
    }

    public RouteEntry? Find<TFacts>(ReadOnlySpan<char> path, in TFacts facts)
        where TFacts : IRequestFacts, allows ref struct
    {
        foreach (RouteSlot slot in slots)
        {
            if (slot.First.Path.Template!.Matches(path) && slot.Find(facts) is { } route) return route;
        }

        return null;
    }

    private static int Compare(RouteSlot one, RouteSlot other) =>
        one.First.Path.Template!.CompareTo(other.First.Path.Template!);
}
