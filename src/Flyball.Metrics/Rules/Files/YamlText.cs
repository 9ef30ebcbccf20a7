using System.Text;
using YamlDotNet.RepresentationModel;

namespace Flyball.Metrics.Rules.Files;

/// <summary>A YAML node as one text that is the same whatever comments and indentation its file has.</summary>
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
            case YamlScalarNode scalar:
                text.Append(scalar.Value?.Length ?? -1).Append(':').Append(scalar.Value);
                break;
            case YamlSequenceNode list:
                text.Append('[');
                foreach (YamlNode item in list.Children) Append(text, item);
                text.Append(']');
                break;
            case YamlMappingNode mapping:
                text.Append('{');
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    Append(text, key);
                    Append(text, value);
                }

                text.Append('}');
                break;
        }
    }
}
