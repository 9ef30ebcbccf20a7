using System.Text;

namespace Flyball.Gateway.Routing.Conditions;

/// <summary>A header's or parameter's name in the forms that the two paths compare.</summary>
internal sealed class FieldName(string text)
{
    public string Text => text;

    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(text);
}
