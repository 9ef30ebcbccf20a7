using Flyball.Metrics.Model;
using Flyball.Metrics.Relabelling;
using Flyball.Metrics.Scraping.Configuration;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>
/// From the labels that a target wrote to those that are stored: the target's labels are added, then the job's rules
/// for metrics are applied.
/// </summary>
internal static class SampleLabels
{
    private const string ExportedPrefix = "exported_";

    /// <summary>False when the rules drop the series.</summary>
    /// <param name="job">Its rules, and whose labels win.</param>
    /// <param name="target">The labels of the target.</param>
    /// <param name="emptyNames">Labels that the target wrote without a value: where its labels win, they stay
    /// so.</param>
    /// <param name="labels">The series' own labels, to be changed.</param>
    public static bool TryMake(ScrapeJob job, Labels target, List<string> emptyNames, LabelsBuilder labels)
    {
        if (job.HonorsLabels)
        {
            foreach (Label label in target.Items)
            {
                if (labels.Get(label.Name).Length == 0 && !emptyNames.Contains(label.Name))
                    labels.Set(label.Name, label.Value);
            }
        }
        else
        {
            Export(target, labels);
        }

        return RelabelRule.ApplyAll(job.MetricRules, labels);
    }

    /// <summary>What is wrong with the labels by the job's limits, or null.</summary>
    public static string? Check(ScrapeLimits limits, Labels labels)
    {
        if (labels.MetricName.Length == 0) return "relabelling left a series without a name";
        if (limits.Labels > 0 && labels.Count > limits.Labels)
            return $"{labels.MetricName} has {labels.Count} labels, label_limit is {limits.Labels}";
        if (limits.LabelNameBytes == 0 && limits.LabelValueBytes == 0) return null;
        foreach (Label label in labels.Items)
        {
            int nameBytes = System.Text.Encoding.UTF8.GetByteCount(label.Name);
            if (limits.LabelNameBytes > 0 && nameBytes > limits.LabelNameBytes)
                return $"a label name of {labels.MetricName} has {nameBytes} bytes, "
                    + $"label_name_length_limit is {limits.LabelNameBytes}";
            int valueBytes = System.Text.Encoding.UTF8.GetByteCount(label.Value);
            if (limits.LabelValueBytes > 0 && valueBytes > limits.LabelValueBytes)
                return $"the value of {label.Name} of {labels.MetricName} has {valueBytes} bytes, "
                    + $"label_value_length_limit is {limits.LabelValueBytes}";
        }

        return null;
    }

    /// <summary>The target's labels win; what they replace gets another name, as often prefixed as it needs.</summary>
    private static void Export(Labels target, LabelsBuilder labels)
    {
        List<Label>? replaced = null;
        foreach (Label label in target.Items)
        {
            string own = labels.Get(label.Name);
            if (own.Length > 0) (replaced ??= []).Add(new Label(label.Name, own));
            labels.Set(label.Name, label.Value);
        }

        if (replaced is null) return;
        foreach (Label label in replaced.OrderBy(label => label.Name.Length))
        {
            string name = ExportedPrefix + label.Name;
            while (labels.Get(name).Length > 0) name = ExportedPrefix + name;
            labels.Set(name, label.Value);
        }
    }
}
