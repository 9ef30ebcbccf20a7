using System.Globalization;
using Flyball.Contracts.Agent;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Placement;

/// <summary>
/// Chooses a node: filters by <see cref="Feasibility"/>, then prefers, in this order, the node that holds the slot's
/// volumes, one where the slot did not fail just now, the one with the fewest allocations of the workload (a lost node
/// costs least), the fullest that still fits (large requests keep finding room), the one with the fewest allocations,
/// and the lowest id, so that equal clusters place alike.
/// </summary>
internal static class Placer
{
    public static PlacementResult Choose(
        PlacementRequest request, IReadOnlyList<NodeView> nodes, Func<NodeView, NodeUsage> usageOf)
    {
        NodeView? best = null;
        Score bestScore = default;
        int candidates = 0;
        bool onlyPorts = false;
        var rejections = new List<Rejection>();
        foreach (NodeView node in nodes)
        {
            NodeUsage usage = usageOf(node);
            if (Feasibility.Check(request, node.Node, usage) is { } rejection)
            {
                rejections.Add(rejection);
                onlyPorts |= rejection.Cause == RejectionCause.PortTaken;
                continue;
            }

            candidates++;
            Score score = Score.Of(request, node.Node, usage);
            if (best is not null && score.CompareTo(bestScore) >= 0) continue;
            best = node;
            bestScore = score;
        }

        return best is null
            ? new PlacementResult(null, RejectionSummary.Of(rejections), 0, onlyPorts)
            : new PlacementResult(best, ReasonOf(request, best.Node, bestScore, candidates), candidates, false);
    }

    private static string ReasonOf(PlacementRequest request, Node node, Score score, int candidates)
    {
        if (candidates == 1) return $"{node.Hostname} is the only node that can run it";
        if (request.PreferNode == node.Id) return $"{node.Hostname} holds its volumes";
        string count = candidates.ToString(CultureInfo.InvariantCulture);
        return score.OfWorkload == 0
            ? $"{node.Hostname} runs no other {request.Workload} ({count} nodes could)"
            : $"{node.Hostname} runs the fewest of {request.Workload} ({count} nodes could)";
    }

    /// <summary>Lower is better.</summary>
    private readonly record struct Score(bool NotPreferred, bool Avoided, int OfWorkload, double Free, int Allocations)
        : IComparable<Score>
    {
        public static Score Of(PlacementRequest request, Node node, NodeUsage usage) => new(
            request.PreferNode is not null && request.PreferNode != node.Id,
            request.AvoidNode == node.Id,
            usage.CountOf(request.Workload),
            FreeAfter(request, node, usage),
            usage.Count);

        public int CompareTo(Score other)
        {
            int order = NotPreferred.CompareTo(other.NotPreferred);
            if (order == 0) order = Avoided.CompareTo(other.Avoided);
            if (order == 0) order = OfWorkload.CompareTo(other.OfWorkload);
            if (order == 0) order = Free.CompareTo(other.Free);
            return order == 0 ? Allocations.CompareTo(other.Allocations) : order;
        }

        /// <summary>
        /// The free part of the node with this allocation on it; 0 when it sets nothing aside (no fit to speak of).
        /// </summary>
        private static double FreeAfter(PlacementRequest request, Node node, NodeUsage usage)
        {
            if (request.CpuMillis == 0 && request.MemoryBytes == 0) return 0;
            double cpu = 1 - ((usage.CpuMillis + request.CpuMillis) / Math.Max(1, node.CpuCores * 1000));
            double memory = 1 - ((usage.MemoryBytes + request.MemoryBytes) / (double)Math.Max(1, node.MemoryBytes));
            return cpu + memory;
        }
    }
}
