using System.Collections;
using System.Globalization;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>
/// The values of templates: strings, numbers (long and double), booleans, label sets, samples, lists, and nothing.
/// </summary>
internal static class TemplateValues
{
    /// <summary>A field of a value; a label that is absent is empty.</summary>
    public static object? Field(object? value, string name) => (value, name) switch
    {
        (TemplateScope scope, "Labels") => scope.Labels,
        (TemplateScope scope, "Value") => scope.Value,
        (TemplateScope scope, "ExternalLabels") => scope.ExternalLabels,
        (TemplateScope scope, "ExternalURL") => scope.ExternalUrl,
        (TemplateSample sample, "Labels") => sample.Labels,
        (TemplateSample sample, "Value") => sample.Value,
        (Labels labels, _) => labels.Get(name),
        (IReadOnlyDictionary<string, object?> map, _) => map.GetValueOrDefault(name),
        (null, _) => throw new TemplateException($"nil has no field {name}"),
        _ => throw new TemplateException($"can't evaluate field {name} of {Kind(value)}"),
    };

    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool truth => truth,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        Labels labels => labels.Count > 0,
        ICollection list => list.Count > 0,
        _ => true,
    };

    /// <summary>What <c>range</c> goes through, with indexes or keys.</summary>
    public static IEnumerable<(object? Key, object? Item)> Items(object? value)
    {
        switch (value)
        {
            case null:
                yield break;
            case Labels labels:
                foreach (Label label in labels.Items.ToArray()) yield return (label.Name, label.Value);
                yield break;
            case long count:
                for (long index = 0; index < count; index++) yield return (index, index);
                yield break;
            case IReadOnlyDictionary<string, object?> map:
                foreach ((string key, object? item) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    yield return (key, item);
                yield break;
            case IEnumerable list and not string:
                long at = 0;
                foreach (object? item in list) yield return (at++, item);
                yield break;
            default:
                throw new TemplateException($"range can't iterate over {Kind(value)}");
        }
    }

    /// <summary>A value as Go prints it.</summary>
    public static string Print(object? value) => value switch
    {
        null => "<no value>",
        string text => text,
        bool truth => truth ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => GoNumber.Short(number),
        DateTimeOffset time => PrintTime(time),
        TimeSpan duration => PrintDuration(duration),
        Labels labels =>
            "map[" + string.Join(' ', labels.Items.ToArray().Select(label => $"{label.Name}:{label.Value}")) + "]",
        TemplateSample sample => $"{{{Print(sample.Labels)} {Print(sample.Value)}}}",
        IReadOnlyDictionary<string, object?> =>
            "map[" + string.Join(' ', Items(value).Select(pair => $"{pair.Key}:{Print(pair.Item)}")) + "]",
        IEnumerable list => "[" + string.Join(' ', list.Cast<object?>().Select(Print)) + "]",
        _ => value.ToString() ?? "",
    };

    public static double Number(object? value) => value switch
    {
        double number => number,
        long number => number,
        TimeSpan duration => duration.TotalSeconds,
        DateTimeOffset time => time.ToUnixTimeMilliseconds() / 1000.0,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) =>
            number,
        string text => throw new TemplateException($"\"{text}\" is no number"),
        _ => throw new TemplateException($"can't convert {Kind(value)} to a number"),
    };

    public static string Text(object? value) =>
        value as string ?? throw new TemplateException($"{Kind(value)} is no string");

    public static string Kind(object? value) => value switch
    {
        null => "nil",
        string => "a string",
        bool => "a boolean",
        long => "an integer",
        double => "a number",
        Labels => "labels",
        TemplateSample => "a sample",
        IEnumerable => "a list",
        _ => "a value",
    };

    /// <summary>Go's form, in UTC: <c>2015-05-29 13:58:54.123 +0000 UTC</c>.</summary>
    private static string PrintTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + " +0000 UTC";

    /// <summary>Go's form: <c>1h2m3.5s</c>.</summary>
    private static string PrintDuration(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        string sign = duration < TimeSpan.Zero ? "-" : "";
        duration = duration.Duration();
        string seconds = GoNumber.Long((duration.Seconds * 1000 + duration.Milliseconds) / 1000.0) + "s";
        long hours = (long)duration.TotalHours;
        if (hours > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{hours}h{duration.Minutes}m{seconds}");
        return duration.Minutes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{duration.Minutes}m{seconds}")
            : sign + (duration < TimeSpan.FromSeconds(1) ? GoNumber.Long(duration.TotalMilliseconds) + "ms" : seconds);
    }
}
