using Flyball.Base.Ids;

namespace Flyball.Autoscaling.Leading;

/// <summary>Time and names from outside.</summary>
internal sealed record AutoscalerClock(TimeProvider Time, IdSource Ids);
