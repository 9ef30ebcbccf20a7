using Flyball.Base.Ids;
using Flyball.Contracts;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Placement;

namespace Flyball.Scheduling.Reconciling;

/// <summary>Places and writes new allocations of one workload.</summary>
internal sealed class Launcher(Pass pass, CapacityBook book, IdSource ids)
{
    // A version that found no node in this pass finds none later in it.
    private readonly Dictionary<int, string> nowhere = [];

    /// <summary>
    /// Why the last <see cref="TryLaunch"/> failed; empty when the workload only waits for its own stopping
    /// allocations.
    /// </summary>
    public string Failure { get; private set; } = "";

    public bool TryLaunch(
        int index, VersionView version, string why, int attempt = 0, AllocationView? predecessor = null)
    {
        if (nowhere.TryGetValue(version.Number, out string? known))
        {
            Failure = known;
            return false;
        }

        PlacementRequest request = RequestFor(version, predecessor);
        PlacementResult result = book.Choose(request);
        if (result.Node is not { } node)
        {
            Failure = WaitsForItself(request) ? "" : result.Reason;
            nowhere.Add(version.Number, Failure);
            return false;
        }

        var allocation = new Allocation
        {
            Id = ids.Next(),
            Workload = pass.View.Name,
            Version = version.Number,
            Node = node.Node.Id,
            Index = index,
            RestartGeneration = pass.Spec.RestartGeneration,
            CreatedUnixMs = pass.Now,
            Attempt = attempt,
            Reason = $"{why}; {result.Reason}",
        };
        pass.RequireInputs();
        pass.Plan.Require(node.Resource.Key, node.Resource.Revision);
        pass.Plan.Put(Kinds.Allocation, allocation.Id, allocation, Base.Resources.Revision.None);
        book.Add(node, Claim.Of(allocation, version.Version.Task));
        pass.Decide("placement", $"{Pass.Short(allocation.Id)} on {node.Node.Hostname}", allocation.Reason,
            [
                ("allocation", allocation.Id), ("node", node.Node.Id), ("version", Pass.Text(version.Number)),
                ("index", Pass.Text(index)), ("candidates", Pass.Text(result.Candidates)),
            ]);
        return true;
    }

    /// <summary>
    /// Whether the version would find a node if <paramref name="leaving"/> were gone; with
    /// <paramref name="onlyForPorts"/>, only when a fixed port is all that is in the way.
    /// </summary>
    public bool FitsWithout(AllocationView leaving, VersionView version, bool onlyForPorts)
    {
        PlacementRequest request = RequestFor(version, leaving);
        if (onlyForPorts && !book.Choose(request).OnlyPorts) return false;
        return book.ChooseWithout(request, claim => claim.Allocation == leaving.Id).Node is not null;
    }

    private bool WaitsForItself(PlacementRequest request) =>
        book.ChooseWithout(request, claim => claim.Stopping && claim.Workload == pass.View.Name).Node is not null;

    private PlacementRequest RequestFor(VersionView version, AllocationView? predecessor)
    {
        TaskSpec task = version.Version.Task;
        bool hasVolume = task.Mounts.Any(mount => mount is { Kind: MountKind.Volume, Source: not null });
        string? node = predecessor?.Allocation.Node;
        return PlacementRequest.For(pass.View.Name, task, pass.Spec.Constraints) with
        {
            PreferNode = hasVolume ? node : null,
            AvoidNode = predecessor is { IsTerminal: true, IsDone: false } ? node : null,
        };
    }
}
