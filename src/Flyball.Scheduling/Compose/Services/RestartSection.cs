using System.Globalization;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>
/// <c>restart</c> and <c>deploy.restart_policy</c>, which goes before. Compose's own default is never to restart; here
/// a service that serves (a port, a route, a health check) and that nobody waits to complete is kept running, and any
/// other is restarted on failure, so that one-off jobs end.
/// </summary>
internal static class RestartSection
{
    private const string OnFailure = "on-failure";
    private static readonly string[] Words = ["no", "always", OnFailure, "unless-stopped"];

    public static RestartPolicy Read(ServiceScope scope, bool serves)
    {
        bool ends = !serves || scope.Awaited.Contains(DependencyCondition.CompletedSuccessfully);
        RestartPolicy policy = ReadRestart(
            scope.Field["restart"], ends ? RestartCondition.OnFailure : RestartCondition.Any);
        Field field = scope.Field["deploy"]["restart_policy"];
        if (!field.Exists) return policy;
        int? attempts = field["max_attempts"].Int(0, int.MaxValue);
        return policy with
        {
            Condition = field["condition"].OneOf("any", OnFailure, "none") switch
            {
                "any" => RestartCondition.Any,
                OnFailure => RestartCondition.OnFailure,
                "none" => RestartCondition.None,
                _ => policy.Condition,
            },
            Delay = field["delay"].Duration() ?? policy.Delay,
            // As in Swarm, 0 is no bound.
            MaxAttempts = attempts is null ? policy.MaxAttempts : attempts > 0 ? attempts : null,
            Window = field["window"].Duration() ?? policy.Window,
        };
    }

    private static RestartPolicy ReadRestart(Field field, RestartCondition otherwise)
    {
        var policy = new RestartPolicy { Condition = otherwise };
        string? word = field.Word();
        string[] parts = word?.Split(':', 2) ?? [];
        switch (word is null ? null : parts[0])
        {
            case null:
                return policy;
            case "always" or "unless-stopped" when parts.Length == 1:
                return policy with { Condition = RestartCondition.Any };
            case "no" or "false" when parts.Length == 1:
                return policy with { Condition = RestartCondition.None };
            case OnFailure when parts.Length == 1:
                return policy with { Condition = RestartCondition.OnFailure };
            case OnFailure when int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int most):
                return policy with { Condition = RestartCondition.OnFailure, MaxAttempts = most > 0 ? most : null };
        }
        field.Error(
            $"'{word}' is not one of no, always, unless-stopped, on-failure, on-failure:5", Nearest.Hint(
                parts[0], Words));
        return policy;
    }
}
