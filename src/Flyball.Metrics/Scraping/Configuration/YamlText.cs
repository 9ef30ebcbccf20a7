using System.Text;
using Flyball.Metrics.Yaml;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>A node written out in one spelling: equal values have equal texts, wherever they stood.</summary>
internal static class YamlText
{
    public static string Of(YamlNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    private static void Append(StringBuilder text, YamlNode node)
    {
        switch (node)
        {
            case YamlScalar scalar:
                Model.Quoting.AppendQuoted(text, scalar.Text);
                break;
            case YamlList list:
                text.Append('[');
                foreach (YamlNode item in list.Items)
                {
                    Append(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case YamlMap map:
                text.Append('{');
                foreach (YamlEntry entry in map.Entries)
                {
                    Model.Quoting.AppendQuoted(text, entry.Key);
                    text.Append(':');
                    Append(text, entry.Value);
                    text.Append(',');
                }

                text.Append('}');
                break;
        }
    }
}
