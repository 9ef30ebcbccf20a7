using Flyball.Metrics.Model;

namespace Flyball.Metrics.Otlp;

/// <summary>Attributes on their way to labels.</summary>
internal static class OtlpLabels
{
    /// <summary>Two attributes may become one label by escaping: then it has both values.</summary>
    public static void Add(LabelsBuilder labels, string name, string value)
    {
        if (!LabelNames.IsValid(name)) return;
        string known = labels.Get(name);
        labels.Set(name, known.Length == 0 ? value : $"{known};{value}");
    }
}
