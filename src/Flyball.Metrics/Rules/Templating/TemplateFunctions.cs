using System.Collections.Frozen;
using System.Collections;
using System.Net;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>The functions of templates: Go's, and those that Prometheus adds.</summary>
internal sealed class TemplateFunctions(TemplateScope scope)
{
    private static readonly FrozenDictionary<string, Function> Known =
        new Dictionary<string, Function>(StringComparer.Ordinal)
    {
        ["and"] = new(1, -1, (_, args) => args.FirstOrDefault(arg => !TemplateValues.IsTrue(arg), args[^1])),
        ["or"] = new(1, -1, (_, args) => args.FirstOrDefault(TemplateValues.IsTrue, args[^1])),
        ["not"] = new(1, 1, (_, args) => !TemplateValues.IsTrue(args[0])),
        ["eq"] = new(2, -1, (_, args) => args.Skip(1).Any(arg => TemplateComparing.AreEqual(args[0], arg))),
        ["ne"] = new(2, 2, (_, args) => !TemplateComparing.AreEqual(args[0], args[1])),
        ["lt"] = new(2, 2, (_, args) => TemplateComparing.IsLess(args[0], args[1])),
        ["le"] = new(2, 2, (_, args) => !TemplateComparing.IsLess(args[1], args[0])),
        ["gt"] = new(2, 2, (_, args) => TemplateComparing.IsLess(args[1], args[0])),
        ["ge"] = new(2, 2, (_, args) => !TemplateComparing.IsLess(args[0], args[1])),
        ["len"] = new(1, 1, (_, args) => Length(args[0])),
        ["index"] = new(1, -1, (_, args) => args.Skip(1).Aggregate(args[0], Index)),
        ["print"] = new(0, -1, (_, args) => string.Join(' ', args.Select(TemplateValues.Print))),
        ["println"] = new(0, -1, (_, args) => string.Join(' ', args.Select(TemplateValues.Print)) + "\n"),
        ["printf"] = new(1, -1, (_, args) => GoPrintf.Format(TemplateValues.Text(args[0]), [.. args.Skip(1)])),
        ["html"] = new(1, -1, (_, args) => WebUtility.HtmlEncode(string.Concat(args.Select(TemplateValues.Print)))),
        ["safeHtml"] = new(1, 1, (_, args) => TemplateValues.Text(args[0])),
        ["urlquery"] = new(1, -1, (_, args) => Escape(string.Concat(args.Select(TemplateValues.Print)))),
        ["urlQueryEscape"] = new(1, 1, (_, args) => Escape(TemplateValues.Text(args[0]))),
        ["query"] = new(1, 1, (scope, args) => scope.Query(TemplateValues.Text(args[0]))),
        ["first"] = new(1, 1, (_, args) => Samples(args[0]) is [var first, ..]
            ? first
            : throw new TemplateException("first() called on vector with no elements")),
        ["label"] = new(2, 2, (_, args) => Sample(args[1]).Labels.Get(TemplateValues.Text(args[0]))),
        ["value"] = new(1, 1, (_, args) => Sample(args[0]).Value),
        ["strvalue"] = new(1, 1, (_, args) => Sample(args[0]).Labels.Get("__value__")),
        ["sortByLabel"] = new(2, 2, (_, args) => Sort(TemplateValues.Text(args[0]), args[1])),
        ["args"] = new(0, -1, (_, args) => Arguments(args)),
        ["humanize"] = new(1, 1, (_, args) => Humanizing.Metric(TemplateValues.Number(args[0]))),
        ["humanize1024"] = new(1, 1, (_, args) => Humanizing.Binary(TemplateValues.Number(args[0]))),
        ["humanizeDuration"] = new(1, 1, (_, args) => Humanizing.Duration(TemplateValues.Number(args[0]))),
        ["humanizePercentage"] = new(1, 1, (_, args) => Humanizing.Percentage(TemplateValues.Number(args[0]))),
        ["humanizeTimestamp"] = new(1, 1, (_, args) => TemplateTexts.HumanizeTime(TemplateValues.Number(args[0]))),
        ["toTime"] = new(1, 1, (_, args) => TemplateTexts.ToTime(TemplateValues.Number(args[0]))),
        ["toDuration"] = new(1, 1, (_, args) => TimeSpan.FromSeconds(TemplateValues.Number(args[0]))),
        ["parseDuration"] = new(1, 1, (_, args) => TemplateTexts.ParseDuration(TemplateValues.Text(args[0]))),
        ["now"] = new(0, 0, (scope, _) => scope.AtUnixMs / 1000.0),
        ["title"] = new(1, 1, (_, args) => TemplateTexts.Title(TemplateValues.Text(args[0]))),
        ["toUpper"] = new(1, 1, (_, args) => TemplateValues.Text(args[0]).ToUpperInvariant()),
        ["toLower"] = new(1, 1, (_, args) => TemplateValues.Text(args[0]).ToLowerInvariant()),
        ["match"] =
            new(2, 2, (_, args) => TemplateTexts.IsMatch(TemplateValues.Text(args[0]), TemplateValues.Text(args[1]))),
        ["reReplaceAll"] = new(3, 3, (_, args) => TemplateTexts.Replace(
            TemplateValues.Text(args[0]), TemplateValues.Text(args[1]), TemplateValues.Text(args[2]))),
        ["stripPort"] = new(1, 1, (_, args) => TemplateTexts.StripPort(TemplateValues.Text(args[0]))),
        ["stripDomain"] = new(1, 1, (_, args) => TemplateTexts.StripDomain(TemplateValues.Text(args[0]))),
        ["tableLink"] = new(1, 1, (_, args) => RuleLinks.Table(TemplateValues.Text(args[0]))),
        ["graphLink"] = new(1, 1, (_, args) => RuleLinks.Graph(TemplateValues.Text(args[0]))),
        ["externalURL"] = new(0, 0, (scope, _) => scope.ExternalUrl),
        ["pathPrefix"] = new(0, 0, (scope, _) => TemplateTexts.PathPrefix(scope.ExternalUrl)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private delegate object? Implementation(TemplateScope scope, IReadOnlyList<object?> arguments);

    public static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <exception cref="TemplateException">The arguments do not fit.</exception>
    public object? Call(string name, IReadOnlyList<object?> arguments)
    {
        Function function = Known[name];
        bool isTooMany = function.Max >= 0 && arguments.Count > function.Max;
        if (arguments.Count < function.Min || isTooMany)
            throw new TemplateException($"wrong number of args for {name}: got {arguments.Count}");
        return function.Run(scope, arguments);
    }

    private static string Escape(string text) =>
        Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static long Length(object? value) => value switch
    {
        string text => System.Text.Encoding.UTF8.GetByteCount(text),
        Labels labels => labels.Count,
        ICollection list => list.Count,
        _ => throw new TemplateException($"len of {TemplateValues.Kind(value)}"),
    };

    private static object? Index(object? value, object? key) => (value, key) switch
    {
        (Labels labels, string name) => labels.Get(name),
        (IReadOnlyDictionary<string, object?> map, string name) => map.GetValueOrDefault(name),
        (IList list, long at) when at >= 0 && at < list.Count => list[(int)at],
        (IList, long at) => throw new TemplateException($"index out of range: {at}"),
        _ => throw new TemplateException($"can't index {TemplateValues.Kind(value)}"),
    };

    private static IReadOnlyList<TemplateSample> Samples(object? value) =>
        value as IReadOnlyList<TemplateSample>
            ?? throw new TemplateException($"{TemplateValues.Kind(value)} is no vector");

    private static TemplateSample Sample(object? value) =>
        value as TemplateSample ?? throw new TemplateException($"{TemplateValues.Kind(value)} is no sample");

    private static List<TemplateSample> Sort(string label, object? value) =>
        [.. Samples(value).OrderBy(sample => sample.Labels.Get(label), ByteOrder.Instance)];

    private static Dictionary<string, object?> Arguments(IReadOnlyList<object?> args)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (int index = 0; index < args.Count; index++) map[$"arg{index}"] = args[index];
        return map;
    }

    /// <summary>A function and how many arguments it takes; -1 for any number.</summary>
    private sealed record Function(int Min, int Max, Implementation Run);
}
