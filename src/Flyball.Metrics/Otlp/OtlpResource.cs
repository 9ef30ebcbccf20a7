using Flyball.Metrics.Model;

namespace Flyball.Metrics.Otlp;

/// <summary>Who the metrics are of: the labels that all of them get, and those of <c>target_info</c>.</summary>
internal sealed class OtlpResource
{
    private OtlpResource(Labels shared, Labels? info) => (Shared, Info) = (shared, info);

    public Labels Shared { get; }

    /// <summary>Null when there is nothing to tell.</summary>
    public Labels? Info { get; }

    /// <param name="attributes">Of the resource.</param>
    /// <param name="extra">Labels of the way in, which win over all others.</param>
    /// <param name="promoted">Attributes that become labels of each series.</param>
    /// <param name="naming">Of labels.</param>
    public static OtlpResource From(
        IReadOnlyList<KeyValuePair<string, string>> attributes, Labels extra, IReadOnlyList<string> promoted,
        OtlpNaming naming)
    {
        string name = Find(attributes, "service.name");
        string space = Find(attributes, "service.namespace");
        string job = space.Length > 0 && name.Length > 0 ? $"{space}/{name}" : name;
        string instance = Find(attributes, "service.instance.id");
        var shared = new LabelsBuilder();
        foreach (string attribute in promoted)
            shared.Set(naming.Label(attribute), Find(attributes, attribute));
        shared.Set("job", job).Set("instance", instance);
        foreach (Label label in extra.Items) shared.Set(label.Name, label.Value);

        var info = new LabelsBuilder();
        bool hasMore = false;
        foreach ((string key, string value) in attributes)
        {
            if (key is "service.name" or "service.namespace" or "service.instance.id" || value.Length == 0) continue;
            OtlpLabels.Add(info, naming.Label(key), value);
            hasMore = true;
        }

        info.Set("job", job).Set("instance", instance);
        foreach (Label label in extra.Items) info.Set(label.Name, label.Value);
        info.Set(LabelNames.MetricName, "target_info");
        bool isKnown = info.Get("job").Length > 0 || info.Get("instance").Length > 0;
        return new OtlpResource(shared.ToLabels(), hasMore && isKnown ? info.ToLabels() : null);
    }

    private static string Find(IReadOnlyList<KeyValuePair<string, string>> attributes, string key)
    {
        foreach ((string name, string value) in attributes)
        {
            if (name == key) return value;
        }

        return "";
    }
}
