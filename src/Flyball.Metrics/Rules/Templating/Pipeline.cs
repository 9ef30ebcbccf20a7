namespace Flyball.Metrics.Rules.Templating;

/// <summary>Commands, each of which gets the value of the one before as its last argument.</summary>
internal sealed record Pipeline(IReadOnlyList<Command> Commands);

/// <summary>A value, or a function and its arguments.</summary>
internal sealed record Command(IReadOnlyList<Operand> Operands);

/// <summary>One word of a command, with the fields that are taken of its value.</summary>
internal sealed record Operand(OperandKind Kind, object? Value, IReadOnlyList<string> Fields);

/// <summary>What an operand's value comes from.</summary>
internal enum OperandKind
{
    Constant,
    Dot,
    Variable,
    Function,
    Nested,
}
