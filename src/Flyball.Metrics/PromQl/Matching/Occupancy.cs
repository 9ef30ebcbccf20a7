using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>
/// Sees to it that within a match group each step has one pair (one-to-one), or one result of the same labels
/// (grouping). A group of one series cannot go wrong and is not tracked.
/// </summary>
internal sealed class Occupancy(bool isOneToOne, int seriesCount, int steps)
{
    private readonly bool[]? taken = isOneToOne && seriesCount > 1 ? new bool[steps] : null;

    private readonly HashSet<(Labels Labels, int Step)>? takenByLabels =
        !isOneToOne && seriesCount > 1 ? [] : null;

    /// <exception cref="QueryException">Another pair was here.</exception>
    public void Take(Labels labels, int step)
    {
        if (taken is not null)
        {
            if (taken[step])
            {
                throw new QueryException(
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
            }

            taken[step] = true;
        }
        else if (takenByLabels is not null && !takenByLabels.Add((labels, step)))
        {
            throw new QueryException("multiple matches for labels: grouping labels must ensure unique matches");
        }
    }
}
