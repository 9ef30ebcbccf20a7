using System.Globalization;
using Flyball.Autoscaling.Leading;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Microsoft.AspNetCore.Http;

namespace Flyball.Autoscaling.Explaining;

/// <summary>What policies decide and why, and what workloads should ask for.</summary>
internal sealed class AutoscalingApi(IResourceReader store, ScalingBoard board, AdviceReader advice)
{
    private const int RangeDaysMax = 35;
    private static readonly TimeSpan StandardRange = TimeSpan.FromDays(7);

    public IResult List() => Results.Json(
        [
            .. store.Current.List(Kinds.ScalePolicy).Select(policy =>
            {
                var report = board.Find(policy.Key.Name);
                return new ScalingRow(
                    policy.Key.Name, policy.Value.Mode, policy.Value.Min, policy.Value.Max, report?.Seen.Replicas,
                    report?.Verdict.Wanted, report is null ? null : ScalingStory.Reason(report),
                    report?.Verdict.Missing, report?.PinnedUntilUnixMs);
            }),
        ],
        AutoscalingJson.Default.IReadOnlyListScalingRow);

    public IResult Find(string name)
    {
        var names = Matching(store.Current, Kinds.ScalePolicy.Name, name);
        if (names.Count != 1)
            return NotOne(name, names, "scaling policy");
        var policy = store.Current.Get(Kinds.ScalePolicy, names[0]);
        return policy is { } found
            ? Results.Json(
                ScalingDetail.Of(found.Value, board.Find(names[0]), board.Explain(names[0])),
                AutoscalingJson.Default.ScalingDetail)
            : NotOne(name, [], "scaling policy");
    }

    public async Task<IResult> AdviseAsync(string rangeText, string name, CancellationToken cancellation)
    {
        var range = StandardRange;
        if (rangeText.Length > 0 && !TryParseRange(rangeText, out range))
            return Problem(
                StatusCodes.Status400BadRequest, "Not valid",
                $"range: '{rangeText}' is not from 1h to {RangeDaysMax}d, such as 12h or 7d.");
        var names = Matching(store.Current, Kinds.Workload.Name, name);
        if (name.Length > 0 && names.Count != 1)
            return NotOne(name, names, "workload");
        var (answer, error) = await advice.ReadAsync(names, range, cancellation);
        return answer is null
            ? Problem(StatusCodes.Status503ServiceUnavailable, "Not available now", $"The metrics say: {error}")
            : Results.Json(answer, AutoscalingJson.Default.AdviceAnswer);
    }

    // A workload by project.service, or by the service alone; every workload when nothing is named.
    private static List<string> Matching(ResourceSnapshot snapshot, string kind, string name)
    {
        if (snapshot.Find(new ResourceKey(kind, name)) is not null)
            return [name];
        return
        [
            .. snapshot.List(kind).Select(row => row.Key.Name).Where(
                full => name.Length == 0 || full.EndsWith("." + name, StringComparison.Ordinal)),
        ];
    }

    private static bool TryParseRange(string text, out TimeSpan range)
    {
        range = TimeSpan.Zero;
        var hours = text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 168, _ => 0 };
        if (!int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n))
            return false;
        if (hours == 0 || n < 1 || n > RangeDaysMax * 24 / hours)
            return false;
        range = TimeSpan.FromHours(n * hours);
        return true;
    }

    private static IResult NotOne(string name, List<string> found, string what) => found.Count == 0
        ? Problem(StatusCodes.Status404NotFound, "Not found", $"There is no {what} '{name}'.")
        : Problem(
            StatusCodes.Status409Conflict, "More than one",
            $"'{name}' is in several projects; say which one: {string.Join(", ", found.Take(10))}.");

    private static IResult Problem(int status, string title, string detail) => Results.Json(
        new AutoscalingProblem(title, status, detail), AutoscalingJson.Default.AutoscalingProblem,
        "application/problem+json", status);
}
