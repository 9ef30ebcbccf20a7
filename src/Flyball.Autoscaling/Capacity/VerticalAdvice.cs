namespace Flyball.Autoscaling.Capacity;

/// <summary>Requests and limits that usage suggests for one replica, and what today's requests waste in all.</summary>
/// <param name="RequestCores">CPU to reserve.</param>
/// <param name="LimitCores">CPU to allow.</param>
/// <param name="RequestMebiBytes">Memory to reserve.</param>
/// <param name="LimitMebiBytes">Memory to allow.</param>
/// <param name="WastedCores">Cores reserved in vain by all replicas; negative when too few are.</param>
/// <param name="WastedGibiBytes">Memory reserved in vain by all replicas; negative when too little is.</param>
internal sealed record VerticalAdvice(
    double RequestCores,
    double LimitCores,
    double RequestMebiBytes,
    double LimitMebiBytes,
    double WastedCores,
    double WastedGibiBytes);
