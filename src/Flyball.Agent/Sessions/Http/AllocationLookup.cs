using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Scheduling;
using Microsoft.AspNetCore.Http;

namespace Flyball.Agent.Sessions.Http;

/// <summary>Finds what a person means by a part of an id or a service's name.</summary>
internal static class AllocationLookup
{
    /// <summary>The allocation with this id, else those whose ids begin or end with it.</summary>
    public static Allocation[] ById(ResourceSnapshot snapshot, string id)
    {
        if (snapshot.Get(Kinds.Allocation, id) is { } exact) return [exact.Value];
        return id.Length < 4
            ? []
            : [.. snapshot.List(Kinds.Allocation).Select(a => a.Value)
                .Where(a => a.Id.StartsWith(id, StringComparison.Ordinal)
                    || a.Id.EndsWith(id, StringComparison.Ordinal))];
    }

    public static IResult Problem(string id, Allocation[] found) => found.Length == 0
        ? Problems.NotFound($"There is no allocation {id}.")
        : Problems.BadField("id", $"{id} is part of {found.Length} allocations' ids; give more of it.");

    /// <summary>The workload of this name, else those of a service of this name.</summary>
    public static string[] Workloads(ResourceSnapshot snapshot, string name)
    {
        if (snapshot.Find(Kinds.Workload.Key(name)) is not null) return [name];
        return [.. snapshot.List(Kinds.Workload.Name).Select(w => w.Key.Name)
            .Where(w => WorkloadName.Service(w) == name)];
    }
}
