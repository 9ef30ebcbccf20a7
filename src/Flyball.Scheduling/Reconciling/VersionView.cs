using Flyball.Base.Resources;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>A version as stored; <see cref="Revision"/> is None for one that this pass makes.</summary>
internal sealed record VersionView(WorkloadVersion Version, Revision Revision)
{
    public int Number => Version.Number;
}
